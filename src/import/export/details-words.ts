import type { DetailsValues } from '../../contracts/details/billing-details.ts'

const words: Record<keyof DetailsValues, string> = {
  cardInstallments: 'parcelas no cartão',
  chargeTemplateId: 'modelo de cobrança',
  financialAccountId: 'conta digital',
  chargingAccountId: 'carteira de cobrança',
  issueNfse: 'emissão de nota fiscal',
  nfseTemplateId: 'modelo de NFS-e',
  nfseDaysAfterReceipt: 'dias da nota depois do recebimento',
  nfseBody: 'texto da nota',
  emailTemplateId: 'modelo de e-mail',
  notificationRulerId: 'régua de cobrança',
  categoryId: 'categoria',
  revenueCentreId: 'centro de receita',
  projectId: 'projeto',
  departments: 'departamentos',
  costCentres: 'centros de custo',
  notes: 'observações da regra',
}

/** What a rule says of what goes along with its invoices, by name; whatever is as if it had never been said is left out. */
export function saidDetails(details: DetailsValues): string[] {
  const names = Object.keys(words) as (keyof DetailsValues)[] // the table's keys are exactly the fields
  const isSaid = (value: DetailsValues[keyof DetailsValues]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))
  return names.filter(name => isSaid(details[name])).map(name => words[name])
}
