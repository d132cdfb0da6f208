import { BEARER_SECONDS, type Bearer } from '../../accounts/bearer.ts'
import { grantText } from '../../accounts/credential.ts'
import { grantBearer, refreshBearer } from '../../accounts/grant-bearer.ts'
import { refreshText } from '../../platform/http/key-directory.ts'
import type { Operation } from '../dialect.ts'
import { refuseGrant, refuseLogin, type Words } from './words.ts'

/** Who logs in (vendors §2.1): a user of a client with its password, or a client by the refresh of the bearer that it has. */
type Login =
  | { grant: 'password'; clientId: string; clientSecret: string; username: string; password: string }
  | { grant: 'refresh_token'; clientId: string; clientSecret: string; refresh: string }

/** What is longer is nobody's. */
const MOST = 500

export const oauthOperations: readonly Operation<Words>[] = [
  {
    name: 'token',
    says: 'Dá um token a quem diz cliente e usuário, ou renova um',
    at: ['POST /oauth/token'],
    needs: [],
    answersSecret: true,
    words: { isLogin: true },
    login: {
      keyOf({ body }) {
        const login = readLogin(body)
        return login.grant === 'password' ? grantText(login) : refreshText(login.refresh)
      },
      guesserOf: ({ body }) => readLogin(body).clientId,
    },
    async run(ctx, { body, receivedAt }) {
      const login = readLogin(body)
      const client = { id: login.clientId, secret: login.clientSecret }
      const bearer =
        login.grant === 'password'
          ? await grantBearer(ctx, receivedAt)
          : await refreshBearer(ctx, client, login.refresh, receivedAt)
      return { status: 200, body: shown(bearer), headers: { 'cache-control': 'no-store' } }
    },
  },
]

function shown({ token, refresh }: Bearer) {
  return { access_token: token, expires_in: BEARER_SECONDS, refresh_token: refresh, token_type: 'Bearer' }
}

function readLogin(body: unknown): Login {
  const sent = typeof body === 'object' && body !== null ? body : {}
  const read = (name: string): string => {
    const value: unknown = Reflect.get(sent, name)
    const text = typeof value === 'number' ? String(value) : value
    return typeof text === 'string' && text !== '' && text.length <= MOST ? text : refuseLogin(name)
  }
  const grant = read('grant_type')
  if (grant !== 'password' && grant !== 'refresh_token') return refuseGrant()
  const client = { clientId: read('client_id'), clientSecret: read('client_secret') }
  return grant === 'password'
    ? { grant, ...client, username: read('username'), password: read('password') }
    : { grant, ...client, refresh: read('refresh_token') }
}
