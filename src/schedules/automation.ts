// What is to happen by itself with each occurrence of a schedule: a charge (*boleto*), a note (NFS-e). It is kept and dated; it is done
// once there are charges and notes.

import { parseUf, type Uf } from '../core/brazil/states.ts'
import type { Faults } from '../core/faults.ts'
import { given } from '../core/text.ts'

export const chargeTimes = ['days_before_due', 'at_once'] as const
export const chargeDeliveries = ['email', 'accountant'] as const
export const nfseTimes = ['days_before_due', 'on_receipt', 'with_charge', 'at_once'] as const

export interface ChargeIntent {
  readonly when: (typeof chargeTimes)[number]
  /** Calendar days before the due date; null unless it is told by them. */
  readonly daysBeforeDue: number | null
  /** To the customer by e-mail, or to what the accountant works with. */
  readonly delivery: (typeof chargeDeliveries)[number]
}

export interface NfseIntent {
  readonly when: (typeof nfseTimes)[number]
  readonly daysBeforeDue: number | null
}

/** What notes say, whoever makes them. */
export interface NfseContents {
  readonly nfseTemplateId: number | null
  readonly nfseRemarks: string | null
  readonly nfseDescription: string | null
  /** Where the service is rendered, when that is not where its organization is. */
  readonly serviceState: Uf | null
  readonly serviceCity: string | null
}

export interface Automation extends NfseContents {
  readonly charge: ChargeIntent | null
  readonly nfse: NfseIntent | null
}

export interface ChargeInput {
  when: ChargeIntent['when']
  daysBeforeDue?: number | null | undefined
  delivery?: ChargeIntent['delivery'] | undefined
}

export interface NfseInput {
  when: NfseIntent['when']
  daysBeforeDue?: number | null | undefined
}

/** As it was sent: shapes are right. What is absent stays as it is, what is null is as if it had never been said. */
export interface AutomationInput {
  charge?: ChargeInput | null | undefined
  nfse?: NfseInput | null | undefined
  nfseTemplateId?: number | null | undefined
  nfseRemarks?: string | null | undefined
  nfseDescription?: string | null | undefined
  serviceState?: string | null | undefined
  serviceCity?: string | null | undefined
}

export const noAutomation: Automation = {
  charge: null,
  nfse: null,
  nfseTemplateId: null,
  nfseRemarks: null,
  nfseDescription: null,
  serviceState: null,
  serviceCity: null,
}

/** What is said by now. What is wrong is added to `faults`. */
export function changedAutomation(before: Automation, input: AutomationInput, faults: Faults): Automation {
  const { charge, nfse } = input
  const after = {
    charge: charge === undefined ? before.charge : charge === null ? null : readCharge(charge, faults),
    nfse:
      nfse === undefined ? before.nfse : nfse === null ? null : { when: nfse.when, daysBeforeDue: daysOf(nfse, '/nfse', faults) },
    nfseTemplateId: input.nfseTemplateId === undefined ? before.nfseTemplateId : input.nfseTemplateId,
    nfseRemarks: changedText(before.nfseRemarks, input.nfseRemarks),
    nfseDescription: changedText(before.nfseDescription, input.nfseDescription),
    serviceState: input.serviceState === undefined ? before.serviceState : readState(input.serviceState, faults),
    serviceCity: changedText(before.serviceCity, input.serviceCity),
  }
  if ((after.serviceState === null) !== (after.serviceCity === null)) {
    const path = after.serviceState === null ? '/serviceState' : '/serviceCity'
    faults.add(path, 'place_incomplete', 'Informe o estado e a cidade em que o serviço é prestado, ou nenhum dos dois.')
  }
  return after
}

/** Absent: as it was; blank: nothing. */
export function changedText(before: string | null, input: string | null | undefined): string | null {
  return input === undefined ? before : given(input)
}

function readCharge(input: ChargeInput, faults: Faults): ChargeIntent {
  return { when: input.when, daysBeforeDue: daysOf(input, '/charge', faults), delivery: input.delivery ?? 'email' }
}

/** What another time does not use is ignored. */
function daysOf(
  intent: { when: string; daysBeforeDue?: number | null | undefined },
  path: string,
  faults: Faults,
): number | null {
  if (intent.when !== 'days_before_due') return null
  return (
    intent.daysBeforeDue ??
    faults.add(`${path}/daysBeforeDue`, 'days_needed', 'Diga quantos dias antes do vencimento (0: na hora).')
  )
}

function readState(text: string | null, faults: Faults): Uf | null {
  const uf = given(text)
  return uf === null ? null : (parseUf(uf) ?? faults.add('/serviceState', 'unknown_uf', `${uf} não é a sigla de um estado.`))
}
