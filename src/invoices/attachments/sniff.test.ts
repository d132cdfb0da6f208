import { expect, it } from 'vitest'
import { handedOutAs, typeOfBytes } from './sniff.ts'

const zipOf = (name: string) => Buffer.from(`PK\x03\x04\x14\0\0\0\0\0${name}`, 'latin1')

it.each([
  ['application/pdf', Buffer.from('%PDF-1.7\n')],
  ['image/png', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1')],
  ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
  ['image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1')],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', zipOf('xl/workbook.xml')],
  ['application/zip', zipOf('leia-me.txt')],
  ['application/x-ole-storage', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ['text/plain', Buffer.from('ação;valor\r\n1;2\r\n')],
  ['text/html', Buffer.from('\ufeff  <!DOCTYPE html><script>alert(1)</script>')],
  ['image/svg+xml', Buffer.from('<?xml version="1.0"?><svg onload="alert(1)"/>')],
  ['application/xml', Buffer.from('<?xml version="1.0"?><nfse/>')],
  ['application/octet-stream', Buffer.from([0x4d, 0x5a, 0x90, 0x00])],
  ['application/octet-stream', Buffer.from('ação', 'latin1')],
])('a file is %s by its bytes', (type, bytes) => {
  expect(typeOfBytes(bytes)).toBe(type)
})

it('nothing that could run beside us is handed out as what it is', () => {
  expect(['text/html', 'image/svg+xml', 'application/xml', 'text/javascript'].map(handedOutAs)).toEqual(
    Array(4).fill('application/octet-stream'),
  )
  expect(handedOutAs('application/pdf')).toBe('application/pdf')
  expect(handedOutAs('text/plain')).toBe('text/plain; charset=utf-8')
})
