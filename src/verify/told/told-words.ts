import { addDays, type CivilDate, formatDate } from '../../core/dates.ts'
import { type Noun, showId } from '../../core/ids.ts'
import { cents, formatBrl } from '../../core/money.ts'

// What the history told of a row, what stands instead, in words.

/** Of `{field: {told, stored}}`: "tipo: foi registrado \"desconto\", está \"acréscimo\"". */
export function toldAndStored({ differs }: Readonly<Record<string, unknown>>): string {
  if (typeof differs !== 'object' || differs === null) return 'sem registro'
  return Object.entries(differs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([field, { told, stored }]) =>
        `${words.get(field) ?? field}: foi registrado ${shown(field, told)}, está ${shown(field, stored)}`,
    )
    .join('; ')
}

/** Of `{startsOn, endsOn}`, both counted; null where there is none. */
export function shownDays(days: unknown): string {
  if (typeof days !== 'object' || days === null || !('startsOn' in days)) return 'nenhuma'
  const endsOn = 'endsOn' in days ? days.endsOn : null
  return `de ${shown('', days.startsOn)} ${endsOn === null ? 'em diante' : `a ${shown('', endsOn)}`}`
}

/** Of a list of `{fromOn, untilOn, chargeLater}`. */
export function shownSuspensions(list: unknown): string {
  if (!Array.isArray(list) || list.length === 0) return 'nenhuma'
  return list
    .map(({ fromOn, untilOn, chargeLater }) => {
      return `${shownSpan(fromOn, untilOn)}${chargeLater === true ? ', a cobrar depois' : ''}`
    })
    .join('; ')
}

/** From its first day to the first one that counts again; one that ended as it began has no day. */
function shownSpan(fromOn: CivilDate, untilOn: CivilDate | null): string {
  if (untilOn === null) return `de ${shown('', fromOn)} em diante`
  if (untilOn <= fromOn) return `em ${shown('', fromOn)}, por nenhum dia`
  return `de ${shown('', fromOn)} a ${formatDate(addDays(untilOn, -1))}`
}

function shown(field: string, value: unknown): string {
  if (value === null || value === undefined) return 'nada'
  if (typeof value === 'boolean') return value ? 'sim' : 'não'
  if (typeof value === 'number') return shownNumber(field, value)
  if (field === 'settles' && Array.isArray(value)) return shownSettled(value)
  if (typeof value !== 'string') return JSON.stringify(value)
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value as CivilDate) // dates within jsonb come as text in this form
  return `"${values.get(value) ?? value}"`
}

/** Of a list of `{startsOn, endsOn, amountCents}`: the periods that a difference settles, the end not counted. */
function shownSettled(periods: readonly { startsOn: CivilDate; endsOn: CivilDate; amountCents: number }[]): string {
  if (periods.length === 0) return 'nenhum'
  return periods
    .map(({ startsOn, endsOn, amountCents }) => `${shownSpan(startsOn, endsOn)} (${formatBrl(cents(amountCents))})`)
    .join('; ')
}

function shownNumber(field: string, value: number): string {
  const noun = nouns.get(field)
  if (noun !== undefined && value > 0) return showId(noun, value)
  return field.endsWith('Cents') ? formatBrl(cents(value)) : String(value)
}

const nouns: ReadonlyMap<string, Noun> = new Map<string, Noun>([
  ['contractId', 'contract'],
  ['customerId', 'customer'],
  ['invoiceId', 'invoice'],
  ['fromPlanId', 'plan'],
  ['organizationId', 'organization'],
  ['planId', 'plan'],
  ['replacesRuleId', 'invoice_rule'],
  ['ruleId', 'invoice_rule'],
  ['serviceItemId', 'service_item'],
])

/** A field that has no word here is shown as `details` names it. */
const words: ReadonlyMap<string, string> = new Map([
  ['amountCents', 'valor'],
  ['archivedAt', 'arquivamento'],
  ['billWhileOverdue', 'faturar com atraso'],
  ['billedThrough', 'faturado em outro sistema até'],
  ['cancelReason', 'motivo do cancelamento'],
  ['cancelledAt', 'cancelamento'],
  ['cancelledOn', 'cancelado em'],
  ['code', 'código'],
  ['comments', 'observações'],
  ['contractId', 'contrato'],
  ['customerId', 'cliente'],
  ['description', 'descrição'],
  ['earliestMonth', 'mês'],
  ['endsOn', 'fim'],
  ['firstMonth', 'primeiro mês'],
  ['kind', 'tipo'],
  ['name', 'nome'],
  ['number', 'número'],
  ['organizationId', 'organização'],
  ['parts', 'parcelas'],
  ['replacesRuleId', 'regra substituída'],
  ['ruleId', 'regra'],
  ['serviceItemId', 'serviço'],
  ['settles', 'períodos que acerta'],
  ['startsOn', 'início'],
  ['state', 'situação'],
  ['title', 'título'],
  ['runMaxTotalCents', 'limite de valor por execução'],
  ['runMaxInvoices', 'limite de faturas por execução'],
  ['apportionmentEnabled', 'rateio'],
  ['approval', 'aprovação'],
  ['cause', 'quem a iniciou'],
  ['billingMonths', 'meses de cada período'],
  ['changedOn', 'dia da mudança'],
  ['chargingMethod', 'cobrança'],
  ['creditCents', 'crédito'],
  ['debitCents', 'débito'],
  ['dueDays', 'dias até o vencimento'],
  ['effectiveOn', 'primeiro período inteiro'],
  ['fromPlanId', 'plano anterior'],
  ['planId', 'plano'],
  ['price', 'preço'],
  ['products', 'produtos'],
  ['trialDays', 'dias de teste'],
  ['trialEndsOn', 'fim do teste'],
  ['version', 'versão'],
  ['day', 'dia'],
  ['filters', 'filtros'],
  ['grossCents', 'bruto'],
  ['discountCents', 'descontos'],
  ['netCents', 'líquido'],
  ['invoiceId', 'fatura'],
  ['items', 'itens'],
  ['periodStart', 'início do período'],
  ['previewed', 'prévia'],
  ['withheldCents', 'retenções'],
  ['billingHour', 'hora do faturamento'],
  ['timeZone', 'fuso horário'],
  ['taxRegime', 'regime tributário'],
  ['municipalRegistration', 'inscrição municipal'],
  ['cnpj', 'CNPJ'],
  ['tradeName', 'nome fantasia'],
  ['legalName', 'razão social'],
])

const values: ReadonlyMap<string, string> = new Map([
  ['surcharge', 'acréscimo'],
  ['discount', 'desconto'],
  ['sale', 'venda'],
  ['purchase', 'compra'],
  ['draft', 'rascunho'],
  ['active', 'ativo'],
  ['suspended', 'suspenso'],
  ['ended', 'encerrado'],
  ['cancelled', 'cancelado'],
])
