import { describe, expect, test } from 'vitest'
import { anAuthority, signerFor } from '../../../test/nfse/certificates.ts'
import { judgedBy, xmlsecVerifies } from '../../../test/nfse/judges.ts'
import { sample } from '../../../test/nfse/samples.ts'
import { cnpj, cpf } from '../../../test/nfse/tax-ids.ts'
import type { Cnpj } from '../../core/brazil/cnpj.ts'
import { instant } from '../../core/dates.ts'
import { validate } from '../schema/validate.ts'
import { sign } from '../signature/sign.ts'
import { verifySignature } from '../signature/verify-signature.ts'
import { type EventRequest, judgeEventRequest, requestIdOf, writeEventRequest } from './event-request.ts'

const KEY = '42054072211222333000181000000000004126111234567897'

const cancellation: EventRequest = {
  environment: 2,
  application: 'motor-teste-1.0',
  at: instant('2026-11-20T13:00:00Z'),
  timeZone: 'America/Sao_Paulo',
  author: { kind: 'company', taxId: cnpj('11222333000181') },
  key: KEY,
  event: { kind: 'cancellation', reason: '1', text: 'Nota emitida em duplicidade para o cliente' },
}
const substitution: EventRequest = {
  ...cancellation,
  event: { kind: 'cancellationBySubstitution', reason: '05', text: null, substitute: KEY },
}

describe('a request for an event', () => {
  test('of cancellation is the sample, to the byte', () => {
    expect(writeEventRequest(cancellation)).toBe(
      sample('ea01-pedreg-e101101-erro-emissao.xml').toString().replace('?>\n', '?>').trimEnd(),
    )
  })

  test.each<[string, EventRequest]>([
    ['cancellation', cancellation],
    [
      'cancellation with signs of print',
      { ...cancellation, event: { kind: 'cancellation', reason: '9', text: 'Serviço “não” prestado – engano' } },
    ],
    ['cancellation by another establishment', { ...cancellation, author: { kind: 'company', taxId: cnpj('11222333000262') } }],
    [
      'fiscal analysis',
      { ...cancellation, event: { kind: 'fiscalAnalysis', reason: '2', text: 'Serviço não prestado ao tomador' } },
    ],
    ['substitution', substitution],
    [
      'substitution for another reason',
      {
        ...substitution,
        event: { kind: 'cancellationBySubstitution', reason: '99', text: 'Descrição do serviço incompleta', substitute: KEY },
      },
    ],
  ])('of %s is written, signed and valid', (_what, request) => {
    expect(judgeEventRequest(request)).toEqual([])
    const signed = sign(writeEventRequest(request), requestIdOf(request), signerFor('11222333000181'))
    expect(validate('pedRegEvento', signed)).toEqual([])
    expect(verifySignature(signed, 'infPedReg')).toMatchObject({ ok: true, id: requestIdOf(request) })
  })

  judgedBy('xmlsec1')('is believed by xmlsec1', () => {
    const signed = sign(writeEventRequest(cancellation), requestIdOf(cancellation), signerFor('11222333000181'))
    expect(xmlsecVerifies(signed, 'infPedReg', [anAuthority().certificatePem])).toBe(true)
  })

  test.each<[string, EventRequest, string, string]>([
    ['a key with a wrong digit', { ...cancellation, key: `${KEY.slice(0, 49)}1` }, '/key', 'invalid_key E1831'],
    [
      'a key that the schema refuses',
      {
        ...cancellation,
        key: '42054072212ABC34501DE35000000000004126111234567898',
        author: { kind: 'company', taxId: cnpj('12ABC34501DE35') },
      },
      '/key',
      'key_refused_by_schema E1235',
    ],
    [
      'another company',
      { ...cancellation, author: { kind: 'company', taxId: cnpj('91712343000134') } },
      '/author',
      'author_of_another E0813',
    ],
    [
      'a person',
      { ...cancellation, author: { kind: 'person', taxId: cpf('52998224725') } },
      '/author',
      'author_of_another E0816',
    ],
    [
      'wrong digits of who asks',
      { ...cancellation, author: { kind: 'company', taxId: '11222333000182' as Cnpj } },
      '/author',
      'invalid_author null',
    ],
    [
      'too little to say',
      { ...cancellation, event: { kind: 'cancellation', reason: '1', text: 'engano' } },
      '/event/text',
      'text_refused E1235',
    ],
    ['a program without a name', { ...cancellation, application: '' }, '/application', 'text_refused E1235'],
    [
      'another reason without a text',
      { ...substitution, event: { kind: 'cancellationBySubstitution', reason: '99', text: null, substitute: KEY } },
      '/event/text',
      'substitution_without_text E0078',
    ],
    [
      'a substitute with a wrong digit',
      { ...substitution, event: { kind: 'cancellationBySubstitution', reason: '05', text: null, substitute: '1' } },
      '/event/substitute',
      'invalid_key E1831',
    ],
  ])('with %s is refused', (_what, request, path, code) => {
    expect(judgeEventRequest(request).map(fault => [fault.path, `${fault.code} ${fault.official}`])).toEqual([[path, code]])
  })
})
