/** What a person typed for a field of a request. */
const typedFor: Readonly<Record<string, string>> = {
  cnpj: '--cnpj',
  legalName: '--nome',
  taxRegime: '--regime',
  municipalRegistration: '--inscricao-municipal',
  timeZone: '--fuso',
  billingHour: '--hora',
  day: '--day',
  organization: '--organization',
  planHash: '--plan-hash',
  to: '--to',
  since: '--since',
  receivedOn: '--on',
  method: '--method',
  note: '--note',
  reason: '--reason',
  startsOn: '--period',
  fromOn: '--from',
  on: '--on',
  endsOn: '--until',
  scopes: '--scope',
  parts: '--parts',
  firstMonth: '--month',
  planId: 'plano',
  customerId: 'cliente',
  installments: '--installments',
  cursor: '--cursor',
  limit: '--limit',
  q: '--q',
  percent: '--value',
  source: '--source',
  index: 'índice',
  everyMonths: '--every',
  lagMonths: '--lag',
  noticeDays: '--notice',
  serviceItemId: '--service',
  amountCents: 'valor',
  description: 'descrição',
  name: 'nome',
  price: 'preço',
}

/** '--cnpj' for '/cnpj', 'filters.contracts' for '/filters/contracts': a fault's place, without the API's notation. */
export function fieldWord(path: string): string {
  const [first = '', ...rest] = path.split('/').slice(1)
  const word = typedFor[first]
  return word ?? [first, ...rest].join('.')
}
