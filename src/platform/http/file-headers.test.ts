import { expect, it } from 'vitest'
import { dispositionOf, headersOfFile } from './file-headers.ts'

it('a name goes out as it is, and in ASCII for who reads nothing else', () => {
  expect(dispositionOf('inline', 'fatura-12.pdf')).toBe('inline; filename="fatura-12.pdf"')
  expect(dispositionOf('attachment', 'ação.pdf')).toBe(`attachment; filename="acao.pdf"; filename*=UTF-8''a%C3%A7%C3%A3o.pdf`)
  expect(dispositionOf('attachment', `a"b\\c%d'e.pdf`)).toBe(
    `attachment; filename="a_b_c_d'e.pdf"; filename*=UTF-8''a%22b%5Cc%25d%27e.pdf`,
  )
})

it('no name breaks out of its header', () => {
  for (const name of ['a\r\nset-cookie: x=1', 'a"; filename="b.exe', '\ud800.pdf', '日本語']) {
    expect(dispositionOf('attachment', name)).toMatch(
      /^attachment; filename="[^"\\%\r\n]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/,
    )
  }
})

it('a file that somebody brought is kept, and nothing in it runs', () => {
  expect(headersOfFile({ filename: 'a.pdf', type: 'application/pdf', sizeBytes: 12 })).toEqual({
    'content-type': 'application/pdf',
    'content-length': '12',
    'content-disposition': 'attachment; filename="a.pdf"',
    'content-security-policy': "default-src 'none'; sandbox",
  })
})
