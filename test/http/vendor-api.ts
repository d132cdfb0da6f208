import type { TestApi } from './test-api.ts'

export interface VendorReply {
  status: number
  /** The body as it was sent: '' where there is none. */
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a client without types would
  body: any
}

/** The server as a client of a vendor calls it, with the headers by which that client says who it is. */
export function vendorApi({ app }: TestApi, headers: Record<string, string>) {
  return async (request: string, body?: unknown, more: Record<string, string> = {}): Promise<VendorReply> => {
    const [method, url] = request.split(' ') as [('GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE')?, string?]
    const response = await app.inject({
      method: method ?? 'GET',
      url: url ?? '/',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = response.body
    return { status: response.statusCode, text, body: text === '' ? undefined : response.json() }
  }
}
