import { describe, expect, test } from 'vitest'
import { decode } from './decode.ts'
import { FileFaults } from './fault.ts'

function read(bytes: Uint8Array) {
  const faults = new FileFaults()
  return { decoded: decode(bytes, faults), fault: faults.list[0] }
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')

describe('the text of a file', () => {
  test('is UTF-8, with or without its byte order mark', () => {
    const expected = { text: 'serviço', encoding: 'UTF-8' }
    expect(read(Buffer.from('serviço')).decoded).toEqual(expected)
    expect(read(Buffer.from('\uFEFFserviço')).decoded).toEqual(expected)
  })

  test('is what a Brazilian Excel saves, when it is not UTF-8', () => {
    const quoted = Buffer.concat([latin1('Manutenção Nº 1 '), Buffer.from([0x93]), latin1('já'), Buffer.from([0x94, 0x80])])
    expect(read(quoted).decoded).toEqual({ text: 'Manutenção Nº 1 “já”€', encoding: 'Windows-1252' })
  })

  test('with one broken byte is not taken for another encoding', () => {
    const broken = Buffer.concat([Buffer.from('cliente;serviço\nPadaria São João;'), Buffer.from([0xe7]), Buffer.from('ão\n')])
    const { decoded, fault } = read(broken)
    expect(decoded).toBeNull()
    expect(fault).toMatchObject({ line: 2, code: 'broken_encoding', found: 'byte 0xe7' })
  })

  test('that announces UTF-8 and is not is refused', () => {
    expect(read(Buffer.concat([Buffer.from('\uFEFFa;b\n'), Buffer.from([0xff])])).fault).toMatchObject({
      line: 2,
      code: 'broken_encoding',
    })
  })

  test('has no null bytes, and is no spreadsheet', () => {
    expect(read(Buffer.from('a;b\nc;\0d')).fault).toMatchObject({ line: 2, code: 'not_text', found: 'um byte nulo' })
    expect(read(Buffer.from('PK\u0003\u0004\0\0')).fault).toMatchObject({ code: 'not_text', found: 'uma planilha' })
  })

  test('is bounded', () => {
    expect(read(new Uint8Array(20 * 1024 * 1024 + 1)).fault).toMatchObject({ code: 'file_too_large' })
  })
})
