import { expect, test } from 'vitest'
import { isHost } from './host.ts'

test.each([
  'bordero.example',
  'localhost',
  'bordero_api:8080',
  '10.0.0.7:80',
  '[::1]:8080',
  '[2001:db8::7]',
  'xn--caf-dma.example.',
])('%s is a host', host => expect(isHost(host)).toBe(true))

test.each([
  '',
  'evil.example/path',
  'a b',
  'a@b.example',
  'evil.example"><script>',
  'a.example:99999',
  'a.example:',
  'a..b',
  '[1.2.3.4]',
  '[::g]',
  '::1',
  '-a.example',
  'café.example',
  'x'.repeat(300),
])('"%s" is none', host => expect(isHost(host)).toBe(false))
