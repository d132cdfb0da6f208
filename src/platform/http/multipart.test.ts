import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../core/refusal.ts'
import { filesOfForm, isMultipart } from './multipart.ts'

const form = (parts: [head: string, bytes: Buffer | string][], mark = 'x') =>
  Buffer.concat([
    ...parts.flatMap(([head, bytes]) => [Buffer.from(`--${mark}\r\n${head}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]),
    Buffer.from(`--${mark}--\r\n`),
  ])
const file = (name: string) => `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/pdf`
const type = 'multipart/form-data; boundary=x'

describe('a form with files', () => {
  test('gives each file with its name and what it was said to be, and passes over other fields', () => {
    const body = form([
      [file('nota.pdf'), '%PDF-1.4'],
      ['Content-Disposition: form-data; name="remark"', 'nada'],
      ['content-disposition: form-data; filename=b.txt', 'b'],
    ])
    expect(filesOfForm(type, body).map(({ bytes, ...it }) => ({ ...it, text: bytes.toString() }))).toEqual([
      { filename: 'nota.pdf', declaredType: 'application/pdf', text: '%PDF-1.4' },
      { filename: 'b.txt', declaredType: null, text: 'b' },
    ])
  })

  test.each([
    ['filename="reunião \\"final\\".pdf"', 'reunião "final".pdf'],
    ['filename="a.pdf"; filename*=UTF-8\'\'reuni%C3%A3o.pdf', 'reunião.pdf'],
    ['filename=""', ''],
  ])('reads a name as clients write it: %s', (written, name) => {
    const body = form([[`Content-Disposition: form-data; name="f"; ${written}`, 'x']])
    expect(filesOfForm(type, body)[0]?.filename).toBe(name)
  })

  test('may have text before it, and a boundary in quotes', () => {
    const body = Buffer.concat([Buffer.from('um formulário\r\n'), form([[file('a.pdf'), 'a']], 'a b')])
    expect(filesOfForm('Multipart/Form-Data; charset=utf-8; boundary="a b"', body)).toHaveLength(1)
  })

  test('keeps any bytes as they are, line ends and dashes included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const sent = Buffer.from(bytes)
        fc.pre(!sent.includes('\r\n--x'))
        expect(filesOfForm(type, form([[file('a'), sent]]))[0]?.bytes.equals(sent)).toBe(true)
      }),
    )
  })

  test.each([
    ['without a boundary', 'multipart/form-data', form([[file('a'), 'a']])],
    ['with another one than it says', 'multipart/form-data; boundary=y', form([[file('a'), 'a']])],
    ['that breaks off', type, form([[file('a'), 'a']]).subarray(0, -6)],
    ['whose part has no headers', type, Buffer.from('--x\r\nnada\r\n--x--')],
    ['that is empty', type, Buffer.alloc(0)],
    ['of too many parts', type, form(Array.from({ length: 101 }, () => [file('a'), 'a']))],
    ['whose headers have signs that nobody sees', type, form([[file('a\0.pdf'), 'a']])],
    ['with a name that is not UTF-8', type, form([["Content-Disposition: form-data; filename*=UTF-8''%ff", 'a']])],
  ])('%s is refused', (_, contentType, body) => {
    expect(() => filesOfForm(contentType, body)).toThrow(Refusal)
  })

  test('of any bytes is read or refused, and never goes on for ever', () => {
    const pieces = fc.array(
      fc.constantFrom('--x', '\r\n', '--', 'a', 'filename="a"', 'Content-Disposition: form-data; ', '\r\n\r\n'),
    )
    fc.assert(
      fc.property(pieces, all => {
        try {
          filesOfForm(type, Buffer.from(all.join('')))
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})

test('a form is told by its type alone', () => {
  expect([type, 'MULTIPART/form-data', 'application/json', undefined].map(isMultipart)).toEqual([true, true, false, false])
})
