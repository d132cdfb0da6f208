import { createEvent } from '../../contracts/events/create-event.ts'
import { getEvent } from '../../contracts/events/read-event.ts'
import { ruleOf } from '../../contracts/rules/rule-store.ts'
import { type YearMonth, yearMonth } from '../../core/dates.ts'
import { showId } from '../../core/ids.ts'
import { sum } from '../../core/money.ts'
import type { Operation } from '../dialect.ts'
import { Form } from './form.ts'
import { clientServiceOf } from './numbers.ts'
import { asNumber, withDot } from './values.ts'
import type { Words } from './words.ts'

const kinds = { acrescimo: 'surcharge', desconto: 'discount' } as const
const shown = { surcharge: 'acréscimo', discount: 'desconto' } as const

const words: Words = {
  fields: {
    '/description': 'descricao',
    '/amountCents': 'valor',
    '/parts': 'numero_total_parcelas',
    '/lineNumber': 'id_cliente_servico',
    '/serviceTypeId': 'id_tipo_servico',
  },
}

export const billingEventOperations: readonly Operation<Words>[] = [
  {
    name: 'add-billing-event',
    says: 'Cadastra um evento de faturamento, em uma ou mais parcelas',
    at: ['POST /api/v1/integracao/financeiro/evento_faturamento'],
    needs: ['contracts:write'],
    words,
    run: (ctx, { body }) =>
      ctx.transact(async tx => {
        const form = Form.ofBody(body)
        const asked = readEvent(form)
        const service = asked.clientService === null ? null : clientServiceOf(asked.clientService)
        const rule = service === null ? null : await ruleOf(tx, service.ruleId)
        if (asked.clientService !== null && rule === null) {
          form.wrong('O id_cliente_servico informado não pertence a nenhum serviço de cliente.')
        }
        const event = await createEvent(ctx, form.given(rule).id, {
          kind: kinds[form.given(asked.kind)],
          description: form.given(asked.description),
          amountCents: form.given(asked.amountCents),
          parts: asked.parts,
          firstMonth: asked.firstMonth,
          lineNumber: form.given(service).lineNumber,
          serviceTypeId: form.given(asked.serviceType),
        })
        const { partRecords, customer, description, kind } = await getEvent(ctx, event.id)
        const whole = withDot(sum(partRecords.map(part => part.amountCents)))
        return {
          status: 200,
          body: {
            status: 'success',
            // Word for word, the slip of the pen and the dot included (seed; their newer collection spells it right).
            msg: `${partRecords.length} Evento(s) de Farturamento de ${shown[kind]} cadastrados com sucesso. VALOR TOTAL: ${whole}`,
            eventos_faturamento: partRecords.map(part => ({
              id_evento_faturamento: part.id,
              descricao: description,
              valor: asNumber(part.amountCents),
            })),
          },
          about: showId('customer', customer.id),
        }
      }),
  },
]

/** Which fields are needed depends on what others say (seed, "IMPORTANTE 2" and "3"); those that are not are not looked at. */
function readEvent(form: Form) {
  form.need('id_cliente_servico', 'id_tipo_servico', 'tipo', 'descricao', 'valor', 'parcelado')
  const clientService = form.id('id_cliente_servico')
  const serviceType = form.id('id_tipo_servico')
  const kind = form.oneOf('tipo', ['acrescimo', 'desconto'])
  const description = form.text('descricao', 1000)
  const amountCents = form.money('valor')
  if (amountCents !== null && amountCents <= 0) form.wrong('O campo valor deve ser maior que 0.')
  const isSplit = form.flag('parcelado')
  if (isSplit === true) {
    form.need('numero_total_parcelas', 'mes_primeira_parcela', 'ano_primeira_parcela')
    const parts = form.whole('numero_total_parcelas', 1, 120) ?? 1
    const firstMonth = readMonth(form, 'mes_primeira_parcela', 'ano_primeira_parcela')
    return { clientService, serviceType, kind, description, amountCents, parts, firstMonth }
  }
  if (isSplit === false) form.need('proximo_faturamento')
  const isNext = isSplit === false ? form.flag('proximo_faturamento') : null
  if (isNext === false) form.need('mes_processar', 'ano_processar')
  const firstMonth = isNext === false ? readMonth(form, 'mes_processar', 'ano_processar') : null
  return { clientService, serviceType, kind, description, amountCents, parts: 1, firstMonth }
}

function readMonth(form: Form, month: string, year: string): YearMonth | null {
  const m = form.whole(month, 1, 12)
  const y = form.whole(year, 1990, 2099)
  return m === null || y === null ? null : yearMonth(`${y}-${String(m).padStart(2, '0')}`)
}
