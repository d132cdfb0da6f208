import { Refusal } from '../../../core/refusal.ts'
import type { ForeignRequest } from '../../../platform/http/foreign-route.ts'
import { Worded } from '../../worded.ts'
import { missingTag, wrongValue } from '../fault.ts'
import { type Result, sentOf } from '../operation.ts'
import { listIn, type Param, wholeIn } from '../read-param.ts'
import { tellRefusal, type Words } from '../words.ts'

/** A lot is one request: all of it, or nothing. What is refused says which of its clients is at fault. */
export async function eachOfLot(
  param: Param,
  asked: ForeignRequest,
  words: Words,
  work: (one: Param, sent: object) => Promise<unknown>,
): Promise<Result> {
  const lot = wholeIn(param, 'lote')
  if (lot === undefined) throw missingTag('lote')
  const clients = listIn(param, 'clientes_cadastro')
  if (clients.length === 0) throw missingTag('clientes_cadastro')
  if (clients.length > MOST_IN_A_LOT) throw wrongValue('clientes_cadastro', `um lote tem até ${MOST_IN_A_LOT} clientes.`)
  const sent = sentOf(asked).clientes_cadastro
  for (const [i, one] of clients.entries()) {
    await work(one, Array.isArray(sent) ? sent[i] : {}).catch((error: unknown) => {
      throw inLot(error, i + 1, asked, words)
    })
  }
  return { body: { lote: lot, codigo_status: '0', descricao_status: 'Lote de clientes processado com sucesso!' } }
}

const MOST_IN_A_LOT = 500

function inLot(error: unknown, n: number, asked: ForeignRequest, words: Words): unknown {
  if (!(error instanceof Refusal)) return error
  const { status, body } = error instanceof Worded ? error.answer : tellRefusal(error, words, asked)
  const { faultstring = '', faultcode } = Object(body)
  return new Worded({
    status,
    body: { faultstring: String(faultstring).replace(/^(ERROR: )?/, `$1Cliente ${n} do lote: `), faultcode },
  })
}
