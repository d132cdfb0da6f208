import type { RunItem } from '../answers.ts'
import { renderTable } from '../table.ts'
import { figure } from '../words.ts'
import { itemHeads, netColumn } from './run-words.ts'

/** What would be billed, from gross to net; below it what each withholding is, since few have any and some have six. */
export function planTable(items: readonly RunItem[], columns: number): string {
  const withheld = items.filter(({ withheldCents }) => withheldCents > 0)
  const between = [
    ...(items.some(({ discountCents }) => discountCents > 0) ? [discountColumn] : []),
    ...(withheld.length > 0 ? [withheldColumn] : []),
  ]
  const table = renderTable([...itemHeads, grossColumn, ...between, netColumn, differenceColumn], items, { columns })
  return withheld.length === 0 ? table : `${table}\nRetenções: ${withheld.map(withholdingsOf).join('; ')}.`
}

/** 'item 7, IRRF 11,46 e ISS 4,50' */
function withholdingsOf({ item, plan }: RunItem): string {
  const each = (plan?.withholdings ?? []).map(
    ({ tax, amountCents }) => `${tax === 'other' ? 'outras' : tax.toUpperCase()} ${figure(amountCents)}`,
  )
  const last = each.pop() ?? ''
  return `item ${item}, ${each.length === 0 ? last : `${each.join(', ')} e ${last}`}`
}

const orNothing = (amountCents: number): string => (amountCents === 0 ? '' : figure(amountCents))

const grossColumn = { head: 'Bruto', of: (item: RunItem) => figure(item.grossCents), right: true }
const discountColumn = { head: 'Desconto', of: (item: RunItem) => orNothing(item.discountCents), right: true }
const withheldColumn = { head: 'Retenções', of: (item: RunItem) => orNothing(item.withheldCents), right: true }

const differenceColumn = {
  head: 'Diferença',
  of: ({ differencePercent, unusual }: RunItem) =>
    differencePercent === null ? 'primeira' : `${differencePercent.replace('.', ',')}%${unusual ? ' !' : ''}`,
  right: true,
}
