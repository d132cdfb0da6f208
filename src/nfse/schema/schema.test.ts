import { describe, expect, test, vi } from 'vitest'
import { nonOptant, ofMei, ofSimples } from '../../../test/nfse/a-dps.ts'
import { judgedBy, xmllintVerdicts } from '../../../test/nfse/judges.ts'
import { sample } from '../../../test/nfse/samples.ts'
import { writeDps } from '../dps/write-dps.ts'
import { parseXml, textAt } from './parse-xml.ts'
import { type SchemaKind, validate } from './validate.ts'

const right: [string, SchemaKind][] = [
  ['a01-dps-sn-simples.xml', 'DPS'],
  ['a02-dps-nao-optante-irrf-csrf-ibscbs.xml', 'DPS'],
  ['a06-dps-mei.xml', 'DPS'],
  ['nfelib-dps-simples-v1.00.xml', 'DPS'],
  ['s01-dps-rsa-sha1-c14n.xml', 'DPS'],
  ['s02-dps-rsa-sha256-c14n.xml', 'DPS'],
  ['t01-valor-alterado.xml', 'DPS'],
  ['n01-nfse-sn-dps-sha1-sefin-sha256-exc-wc.xml', 'NFSe'],
  ['ea01-pedreg-e101101-erro-emissao.xml', 'pedRegEvento'],
  ['n05-evento-e101101.xml', 'evento'],
]

/** Broken in one place each, where the layout's traps are. */
const dps = writeDps(nonOptant)
const broken: Record<string, [xml: string, path: string]> = {
  'a dash of print in a street': [dps.replace('Avenida Modelo', 'Avenida – Modelo'), 'DPS/infDPS/toma/end/xLgr'],
  'a blank at the edge of a street': [dps.replace('Avenida Modelo', 'Avenida Modelo '), 'DPS/infDPS/toma/end/xLgr'],
  'an empty element': [dps.replace('<nro>1000</nro>', '<nro></nro>'), 'DPS/infDPS/toma/end/nro'],
  'a comma in an amount': [dps.replace('<vServ>10000.00', '<vServ>10000,00'), 'DPS/infDPS/valores/vServPrest/vServ'],
  'a zero before an amount': [dps.replace('<vServ>10000.00', '<vServ>010000.00'), 'DPS/infDPS/valores/vServPrest/vServ'],
  'one decimal of an amount': [dps.replace('<vServ>10000.00', '<vServ>10000.0'), 'DPS/infDPS/valores/vServPrest/vServ'],
  'a Z after the moment': [dps.replace('09:15:00-03:00', '12:15:00Z'), 'DPS/infDPS/dhEmi'],
  'milliseconds in the moment': [dps.replace('09:15:00-03:00', '09:15:00.000-03:00'), 'DPS/infDPS/dhEmi'],
  'an offset of half an hour': [dps.replace('-03:00', '-03:30'), 'DPS/infDPS/dhEmi'],
  'a number with zeros before it': [dps.replace('<nDPS>1002', '<nDPS>001002'), 'DPS/infDPS/nDPS'],
  'a series of letters': [dps.replace('<serie>1<', '<serie>a<'), 'DPS/infDPS/serie'],
  'dots in a service code': [dps.replace('010701', '01.07.01'), 'DPS/infDPS/serv/cServ/cTribNac'],
  'elements out of order': [dps.replace(/(<serie>1<\/serie>)(<nDPS>1002<\/nDPS>)/, '$2$1'), 'DPS/infDPS/nDPS'],
  'an element nobody knows': [dps.replace('</infDPS>', '<x>1</x></infDPS>'), 'DPS/infDPS/x'],
  'another version': [dps.replace('versao="1.01"', 'versao="2.00"'), 'DPS'],
  'another namespace': [dps.replace('http://www.sped.fazenda.gov.br/nfse', 'urn:x'), 'DPS'],
}

describe('the official schema', () => {
  test.each(right)('%s is valid', (file, kind) => {
    expect(validate(kind, sample(file))).toEqual([])
  })

  test.each(Object.entries(broken))('%s is told at its place', (_what, [xml, path]) => {
    expect(xml).not.toBe(dps)
    expect(validate('DPS', xml)[0]).toMatchObject({ line: 1, path, message: expect.any(String) })
  })

  test('tells all faults of a document', () => {
    const faults = validate('DPS', dps.replace('<serie>1<', '<serie>a<').replace('<nDPS>1002', '<nDPS>0'))
    expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(['DPS/infDPS/serie', 'DPS/infDPS/nDPS']))
  })

  test('is compiled however often it is asked for anew', async () => {
    for (let i = 0; i < 20; i++) {
      vi.resetModules()
      const { validate: anew } = await import('./validate.ts')
      expect(anew('pedRegEvento', sample('ea01-pedreg-e101101-erro-emissao.xml'))).toEqual([])
    }
  })

  test('of one document does not take another', () => {
    expect(validate('NFSe', dps)).not.toEqual([])
    expect(validate('DPS', sample('n05-evento-e101101.xml'))).not.toEqual([])
  })

  judgedBy('xmllint')('judges each of them as xmllint does', () => {
    const files = {
      DPS: 'DPS_v1.01.xsd',
      NFSe: 'NFSe_v1.01.xsd',
      pedRegEvento: 'pedRegEvento_v1.01.xsd',
      evento: 'evento_v1.01.xsd',
    }
    const documents: Record<string, string | Buffer> = {
      ...Object.fromEntries(right.map(([file]) => [file, sample(file)])),
      ...Object.fromEntries(Object.values(broken).map(([xml], i) => [`broken-${i}.xml`, xml])),
      ...Object.fromEntries([ofSimples, nonOptant, ofMei].map((one, i) => [`ours-${i}.xml`, writeDps(one)])),
    }
    for (const kind of ['DPS', 'NFSe', 'pedRegEvento', 'evento'] as const) {
      const ours = Object.fromEntries(Object.entries(documents).map(([name, xml]) => [name, validate(kind, xml).length === 0]))
      expect(xmllintVerdicts(files[kind], documents)).toEqual(ours)
    }
  })
})

describe('XML of somebody else', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;&c;&c;</a>`

  test.each<[string, string | Uint8Array, string]>([
    ['with a DOCTYPE', '<!DOCTYPE a><a/>', 'doctype'],
    ['with entities', bomb, 'doctype'],
    ['with an entity from outside', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'doctype'],
    ['of UTF-16', Buffer.from('\ufeff<a/>', 'utf16le'), 'not_utf8'],
    ['of UTF-16 without a mark, with a DOCTYPE', Buffer.from('<!DOCTYPE a><a/>', 'utf16le'), 'not_utf8'],
    ['of Latin-1', Buffer.from('<a>São</a>', 'latin1'), 'not_utf8'],
    ['that says it is Latin-1', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'not_utf8'],
    ['that ends early', '<a><b>', 'not_well_formed'],
    ['with an entity nobody declared', '<a>&x;</a>', 'not_well_formed'],
    ['of two roots', '<a/><b/>', 'not_well_formed'],
    ['with a prefix of nothing', '<x:a/>', 'not_well_formed'],
    ['that is nothing', '', 'not_well_formed'],
    ['that is HTML', '<html><body><p>Erro<br></body></html>', 'not_well_formed'],
    ['nested without end', '<a>'.repeat(5000) + '</a>'.repeat(5000), 'not_well_formed'],
  ])('%s is not read', (_what, source, code) => {
    expect(parseXml(source)).toMatchObject({ ok: false, fault: { code } })
    expect(validate('DPS', source)).toHaveLength(1)
  })

  test('beyond a size is not parsed', () => {
    const large = `<a>${'x'.repeat(2000)}</a>`
    expect(parseXml(large)).toMatchObject({ ok: true })
    expect(parseXml(large, 2000)).toMatchObject({ ok: false, fault: { code: 'too_large' } })
  })

  test('is read into a tree', () => {
    const parsed = parseXml(
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<a x="1" y:z="2" xmlns="urn:a" xmlns:y="urn:y">t<y:b>&lt;1&#x41;</y:b><!-- no --><c><![CDATA[<2>]]></c></a>',
    )
    if (!parsed.ok) throw new Error(parsed.fault.message)
    expect(parsed.root).toEqual({
      name: 'a',
      prefix: '',
      namespace: 'urn:a',
      attributes: { x: '1', 'y:z': '2' },
      text: 't',
      line: 2,
      children: [
        { name: 'b', prefix: 'y', namespace: 'urn:y', attributes: {}, text: '<1A', line: 2, children: [] },
        { name: 'c', prefix: '', namespace: 'urn:a', attributes: {}, text: '<2>', line: 2, children: [] },
      ],
    })
    expect(textAt(parsed.root, 'c')).toBe('<2>')
    expect(textAt(parsed.root, 'c', 'd')).toBeNull()
  })

  test('of a value that a comment cuts is read whole', () => {
    const parsed = parseXml('<a>10<!-- -->00.00</a>')
    expect(parsed.ok && parsed.root.text).toBe('1000.00')
  })
})
