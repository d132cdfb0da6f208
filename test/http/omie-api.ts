import type { TestApi } from './test-api.ts'
import { type VendorReply, vendorApi } from './vendor-api.ts'

/** The server as a client of Omie calls it: one address per service, who asks and what for in the body. */
export function omieApi(api: TestApi) {
  const send = vendorApi(api, {})
  const raw = (path: string, body: unknown): Promise<VendorReply> => send(`POST ${path}`, body)
  const call = (service: string, method: string, ...param: object[]): Promise<VendorReply> =>
    raw(`/api/v1/${service}/`, { call: method, app_key: 1234567890, app_secret: api.key, param })
  return { api, key: api.key, raw, call }
}
