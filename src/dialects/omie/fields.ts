import data from './data/fields.json' with { type: 'json' }

/** `integer`, `decimal`, `boolean`, `text`, `flag` (S/N), `date` (dd/mm/aaaa), `hour`; else the name of a type, `[]` behind it for a list. */
export type FieldType = string
export type ComplexType = Readonly<Record<string, FieldType>>

export interface ServiceFields {
  /** The type of the parameter of each method. */
  readonly methods: Readonly<Record<string, string>>
  readonly types: Readonly<Record<string, ComplexType>>
}

const services: Readonly<Record<string, ServiceFields>> = data.services

export type ServiceName = keyof typeof data.services

/** Throws for a service that the data lacks: an operation that nobody could call. */
export function fieldsOf(service: ServiceName): ServiceFields {
  const fields = services[service]
  if (fields === undefined) throw new Error(`nothing is known of the fields of ${service}`)
  return fields
}
