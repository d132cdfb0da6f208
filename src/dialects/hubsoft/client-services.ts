import type { Contract } from '../../contracts/contract.ts'
import { contractsOf } from '../../contracts/contract-store.ts'
import type { InvoiceRule } from '../../contracts/rules/invoice-rule.ts'
import { amountsOfLine } from '../../contracts/rules/line-amounts.ts'
import { lineNumbers } from '../../contracts/rules/line-numbers.ts'
import { rulesOfContracts } from '../../contracts/rules/rule-store.ts'
import { firstDayOf } from '../../contracts/rules/rule-versions.ts'
import { type Line, type Terms, termsAt } from '../../contracts/rules/terms.ts'
import { termsOf } from '../../contracts/rules/terms-store.ts'
import { type Cents, cents } from '../../core/money.ts'
import type { Reader } from '../../platform/db/db.ts'
import { contractIdsOf } from './client-store.ts'
import { clientServiceNumber } from './numbers.ts'

/** One line of a contract's rule, as their clients know it. */
export interface ClientService {
  id: number
  customerId: number
  contractId: number
  serviceItemId: number
  description: string
  netCents: Cents
  status: ServiceStatus
}

export type ServiceStatus = keyof typeof statuses

/** What they call where a service stands, with the prefix that is the same in every installation. */
export const statuses = {
  servico_habilitado: 'Serviço Habilitado',
  aguardando_instalacao: 'Aguardando Instalação',
  suspenso_pedido_cliente: 'Suspenso a Pedido do Cliente',
  cancelado: 'Cancelado',
} as const

/** Of many clients, with a handful of statements; each client's in order of contract, rule and line. */
export async function servicesOf(
  tx: Reader,
  customerIds: readonly number[],
  { cancelledToo }: { cancelledToo: boolean },
): Promise<Map<number, ClientService[]>> {
  const contracts = await contractsOf(tx, await contractIdsOf(tx, customerIds))
  const rules = [...(await rulesOfContracts(tx, [...contracts.keys()])).values()].flat().sort((a, b) => a.id - b.id)
  const terms = await termsOf(
    tx,
    rules.map(({ id }) => id),
  )
  const services = rules.flatMap(rule => {
    const contract = contracts.get(rule.contractId)
    return contract === undefined ? [] : servicesOfRule(contract, rule, terms.get(rule.id) ?? [])
  })
  const shown = cancelledToo ? services : services.filter(({ status }) => status !== 'cancelado')
  return Map.groupBy(shown, ({ customerId }) => customerId)
}

/** As each line is billed next, or as it will be; one that is billed no more as it was last said. */
function servicesOfRule(contract: Contract, rule: InvoiceRule, versions: readonly Terms[]): ClientService[] {
  const numbers = lineNumbers(versions)
  const now = termsAt(versions, rule.coveredUntil ?? firstDayOf(versions))
  const known = new Map<number, { line: Line; isToCome: boolean }>()
  // What decides next speaks for a line, after it what comes later, and for what is gone the version that said it last.
  const later = versions.filter(({ validFrom }) => validFrom > now.validFrom)
  const before = versions.filter(terms => terms !== now && !later.includes(terms)).toReversed()
  for (const terms of [now, ...later, ...before]) {
    for (const [i, line] of terms.lines.entries()) {
      const number = numbers.get(terms.version)?.[i]
      if (number !== undefined && !known.has(number)) known.set(number, { line, isToCome: !before.includes(terms) })
    }
  }
  return [...known]
    .sort(([a], [b]) => a - b)
    .flatMap(([number, { line, isToCome }]) => {
      const id = clientServiceNumber(rule.id, number)
      if (id === null) return []
      const { grossCents, discountCents } = amountsOfLine(line)
      return {
        id,
        customerId: contract.customerId,
        contractId: contract.id,
        serviceItemId: line.serviceItemId,
        description: line.description,
        netCents: cents(grossCents - discountCents),
        status: rule.archivedAt === null && contract.archivedAt === null && isToCome ? statusOf(contract) : 'cancelado',
      }
    })
}

function statusOf({ state }: Contract): ServiceStatus {
  switch (state) {
    case 'draft':
      return 'aguardando_instalacao'
    case 'active':
      return 'servico_habilitado'
    case 'suspended':
      return 'suspenso_pedido_cliente'
    default:
      return 'cancelado'
  }
}
