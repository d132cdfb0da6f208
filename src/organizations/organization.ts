import { type Address, type AddressInput, readAddress } from '../core/brazil/address.ts'
import { type Cnpj, parseCnpj } from '../core/brazil/cnpj.ts'
import { addDays, type CivilDate, dayInZone, type Instant, instantAt, isTimeZone } from '../core/dates.ts'
import { Faults } from '../core/faults.ts'
import { type Cents, cents } from '../core/money.ts'
import { given } from '../core/text.ts'

/** Who bills: the issuer of invoices, later the *prestador* of an NFS-e. */
export interface Organization extends OrganizationData {
  id: number
  version: number
  createdAt: Instant
  archivedAt: Instant | null
}

export interface OrganizationData {
  legalName: string
  tradeName: string | null
  cnpj: Cnpj
  municipalRegistration: string | null
  taxRegime: TaxRegime
  /** IANA name. Days of this organization are days of this zone. */
  timeZone: string
  address: Address | null
  /** The hour of its own zone, 0 to 23, at which the scheduler bills by itself. */
  billingHour: number
  /** A run beyond these pauses before its first chunk. */
  runMaxInvoices: number | null
  runMaxTotalCents: Cents | null
  /** Whether an amount is divided among several cost centres, departments or categories (*rateio*); else one takes the whole. */
  apportionmentEnabled: boolean
}

/** What the check of organization.tax_regime lists. */
export const taxRegimes = ['simples_nacional', 'mei', 'lucro_presumido', 'lucro_real', 'isento'] as const
export type TaxRegime = (typeof taxRegimes)[number]

/** As it was sent: shapes are right, meanings are not checked yet. Absent fields of an optional kind are empty. */
export interface OrganizationInput {
  legalName: string
  tradeName?: string | null
  cnpj: string
  municipalRegistration?: string | null
  taxRegime: TaxRegime
  timeZone?: string
  address?: AddressInput | null
  billingHour?: number
  runMaxInvoices?: number | null
  runMaxTotalCents?: number | null
  apportionmentEnabled?: boolean
}

/** Kind of the due work that bills an organization's day; its subject is the organization. */
export const DAILY_BILLING = 'daily_billing'

const DEFAULT_TIME_ZONE = 'America/Sao_Paulo'
const DEFAULT_BILLING_HOUR = 6

/** Throws a Refusal that names every fault. */
export function readOrganization(input: OrganizationInput): OrganizationData {
  const faults = new Faults()
  const legalName = given(input.legalName) ?? faults.add('/legalName', 'blank', 'Informe a razão social.')
  const cnpj =
    parseCnpj(input.cnpj) ??
    faults.add('/cnpj', 'invalid_cnpj', 'CNPJ inválido: confira os caracteres e os dígitos verificadores.')
  const timeZone = input.timeZone ?? DEFAULT_TIME_ZONE
  if (!isZoneName(timeZone))
    faults.add('/timeZone', 'unknown_time_zone', `${timeZone} não é um fuso horário (ex.: America/Sao_Paulo).`)
  const address = input.address == null ? null : readAddress(input.address, '/address', faults)
  if (legalName === null || cnpj === null) return faults.refuse()
  faults.refuseIfAny()
  return {
    legalName,
    tradeName: given(input.tradeName),
    cnpj,
    municipalRegistration: given(input.municipalRegistration),
    taxRegime: input.taxRegime,
    timeZone,
    address,
    billingHour: input.billingHour ?? DEFAULT_BILLING_HOUR,
    runMaxInvoices: input.runMaxInvoices ?? null,
    runMaxTotalCents: input.runMaxTotalCents == null ? null : cents(input.runMaxTotalCents),
    apportionmentEnabled: input.apportionmentEnabled ?? false,
  }
}

/** Offsets such as '+03:00' are zones for Intl, but not names: they know no summer time. */
function isZoneName(text: string): boolean {
  return /^[A-Z][A-Za-z0-9_+\-/]*$/.test(text) && isTimeZone(text)
}

export function todayOf(organization: Pick<Organization, 'timeZone'>, now: Instant): CivilDate {
  return dayInZone(now, organization.timeZone)
}

type BillingTime = Pick<Organization, 'billingHour' | 'timeZone'>

/** When the scheduler bills a day. */
export function billingInstant(organization: BillingTime, day: CivilDate): Instant {
  return instantAt(day, organization.billingHour, organization.timeZone)
}

/** When the scheduler first bills an organization made now: the next day, so that nothing is billed behind its maker's back. */
export function firstBillingAt(organization: BillingTime, now: Instant): Instant {
  return billingInstant(organization, addDays(dayInZone(now, organization.timeZone), 1))
}

/**
 * The pending billing of `before`, after its hour or zone changed: the same day at the new hour, so that no day is left
 * out and none comes twice. An hour that has passed already is due at once.
 */
export function movedBillingAt(before: BillingTime, after: BillingTime, pendingAt: Instant): Instant {
  return billingInstant(after, dayInZone(pendingAt, before.timeZone))
}
