import { expect, test } from 'vitest'
import { Shop, stories } from './story.ts'

stories('what people put beside an occurrence of a schedule', database => {
  const pdf = Buffer.from('%PDF-1.7\ncomprovante')

  /** Two installments of one customer. */
  async function open() {
    const shop = await Shop.open(database(), '2026-01-10')
    const customerId = await shop.customer()
    const schedule = await shop.post('/v1/schedules', {
      organizationId: shop.organizationId,
      customerId,
      installments: [
        { amountCents: 10_000, dueOn: '2026-02-10' },
        { amountCents: 10_000, dueOn: '2026-03-10' },
      ],
    })
    const at = (number: number) => `/v1/schedules/${schedule.id}/occurrences/${number}`
    const send = (path: string, filename: string, file: Buffer, type = 'application/pdf') =>
      shop.api.post(`${path}?filename=${encodeURIComponent(filename)}`, file, { headers: { 'content-type': type } })
    const attach = (number: number, filename: string, file = pdf) => send(`${at(number)}/attachments`, filename, file)
    const keep = (filename: string, file = pdf) => send('/v1/attachments', filename, file)
    const names = async (number: number) =>
      (await shop.get(`${at(number)}/attachments`)).data.map(({ filename }: { filename: string }) => filename)
    const reads = async (path: string | null) =>
      (await shop.api.app.inject({ method: 'GET', url: path ?? '/files/x' })).statusCode
    const contents = async () => {
      const { rows } = await database().asOwner(owner =>
        owner.query('select count(*)::int as kept from attachment_content where account_id = $1', [shop.api.account]),
      )
      return Number(rows[0]?.kept)
    }
    return { shop, customerId, schedule, at, attach, keep, names, reads, contents }
  }

  test('is a file of that one alone, shown and read, with a key or under its address, until it is taken off', async () => {
    const { shop, schedule, at, attach, names, reads, contents } = await open()
    const made = await attach(1, 'comprovante.pdf')
    expect(made).toMatchObject({ status: 201, headers: { location: `${at(1)}/attachments/${made.body.id}` } })
    expect(made.body).toMatchObject({ filename: 'comprovante.pdf', sniffedType: 'application/pdf', ruleId: null })
    expect(Object.keys(made.body)).not.toContain('scheduleId')
    expect([await names(1), await names(2)]).toEqual([['comprovante.pdf'], []])
    expect((await shop.get(`/v1/schedules/${schedule.id}`)).version).toBe(1)
    const one = `${at(1)}/attachments/${made.body.id}`
    expect(await shop.get(one)).toEqual(made.body)
    const { rawPayload } = await shop.api.app.inject({
      method: 'GET',
      url: `${one}/content`,
      headers: { authorization: `Bearer ${shop.api.key}` },
    })
    expect(rawPayload.equals(pdf)).toBe(true)
    expect(await reads(made.body.path)).toBe(200)

    const renewed = (await shop.api.post(`${one}/renew-address`)).body.path
    expect([await reads(made.body.path), await reads(renewed)]).toEqual([404, 200])
    expect((await shop.api.post(`${one}/revoke-address`)).body.path).toBeNull()
    expect(await reads(renewed)).toBe(404)
    // Of the other occurrence it is none.
    expect((await shop.api.get(`${at(2)}/attachments/${made.body.id}`)).status).toBe(404)
    expect((await shop.api.delete(`${at(2)}/attachments/${made.body.id}`)).status).toBe(404)
    expect((await shop.api.delete(one)).status).toBe(204)
    expect([await names(1), await contents()]).toEqual([[], 0])
  })

  test('may be handed over first, and moves to whatever occurrence it is attached to', async () => {
    const { at, keep, shop, names, contents } = await open()
    const { id } = (await keep('nota.pdf')).body
    const attachTo = (number: number, attachment = id) => shop.api.post(`${at(number)}/attachments/${attachment}/attach`)
    expect((await shop.api.get(`${at(1)}/attachments/${id}`)).status).toBe(404)
    expect((await attachTo(1)).body.id).toBe(id)
    expect((await attachTo(1)).status).toBe(200)
    expect([await names(1), await names(2)]).toEqual([['nota.pdf'], []])
    await attachTo(2)
    expect([await names(1), await names(2), await contents()]).toEqual([[], ['nota.pdf'], 1])
    expect((await shop.get(`/v1/attachments/${id}/history`)).data.map(({ action }: { action: string }) => action)).toEqual([
      'attach',
      'attach',
      'create',
    ])
    expect((await attachTo(1, 'att_99')).status).toBe(404)
  })

  test('and what is an invoice’s stays there', async () => {
    const { shop, at } = await open()
    const contract = await shop.contract()
    await shop.bill()
    const invoice = await shop.lastInvoice(contract)
    const file = await shop.api.post(`/v1/invoices/${invoice.id}/attachments?filename=a.pdf`, pdf, {
      headers: { 'content-type': 'application/pdf' },
    })
    expect((await shop.api.post(`${at(1)}/attachments/${file.body.id}/attach`)).status).toBe(404)
    expect((await shop.get(`/v1/invoices/${invoice.id}`)).attachments).toHaveLength(1)
  })

  test('is refused where it is empty, unnamed, too many or of nothing', async () => {
    const { shop, at, attach, keep } = await open()
    expect((await attach(1, 'vazio.pdf', Buffer.alloc(0))).body.code).toBe('empty_file')
    expect((await keep('vazio.pdf', Buffer.alloc(0))).body.code).toBe('empty_file')
    expect((await attach(1, ' / ')).body.code).toBe('blank_filename')
    expect((await keep(' / ')).body.code).toBe('blank_filename')
    expect((await attach(1, `${'a'.repeat(300)}.pdf`)).body.code).toBe('invalid_filename')
    expect((await attach(3, 'a.pdf')).status).toBe(404)
    const many = Buffer.alloc(10 * 1024 * 1024, 1)
    expect((await attach(1, 'grande.bin', Buffer.concat([many, Buffer.from('x')]))).status).toBe(413)
    for (let i = 0; i < 20; i++) expect((await attach(2, `${i}.txt`, Buffer.from(String(i)))).status).toBe(201)
    expect((await attach(2, 'mais.txt')).body.code).toBe('too_many_attachments')
    const kept = (await keep('guardado.txt')).body.id
    expect((await shop.api.post(`${at(2)}/attachments/${kept}/attach`)).body.code).toBe('too_many_attachments')
    const reader = await shop.api.keyWith(['receivables:read', 'invoices:write'])
    expect((await shop.api.post('/v1/attachments?filename=a.pdf', pdf, { key: reader })).status).toBe(403)
  })

  test('is thrown away when nobody attached it for a week, once another one comes', async () => {
    const { shop, at, keep, reads, contents } = await open()
    const forgotten = (await keep('esquecido.txt', Buffer.from('um'))).body
    const used = (await keep('usado.txt', Buffer.from('dois'))).body
    await shop.api.post(`${at(1)}/attachments/${used.id}/attach`)
    await shop.api.moveClock('2026-01-16')
    await keep('outro.txt', Buffer.from('três'))
    expect([await reads(forgotten.path), await contents()]).toEqual([200, 3])
    await shop.api.moveClock('2026-01-18')
    await keep('mais um.txt', Buffer.from('quatro'))
    expect([await reads(forgotten.path), await reads(used.path), await contents()]).toEqual([404, 200, 3])
    expect((await shop.api.post(`${at(1)}/attachments/${forgotten.id}/attach`)).status).toBe(404)
  })

  test('is a comment, which is no version of the schedule', async () => {
    const { shop, schedule, at } = await open()
    const comment = (number: number, body: string) => shop.api.post(`${at(number)}/comments`, { body })
    const made = await comment(1, '  Prometeu pagar na sexta ')
    expect(made).toMatchObject({ status: 201, body: { body: 'Prometeu pagar na sexta', madeBy: 'key:key_1' } })
    await comment(1, 'Pagou')
    expect((await comment(1, ' ')).body.code).toBe('blank_comment')
    expect((await comment(3, 'De quê?')).status).toBe(404)
    const shown = await shop.get(at(1))
    expect(shown.comments.map(({ body }: { body: string }) => body)).toEqual(['Prometeu pagar na sexta', 'Pagou'])
    expect((await shop.get(at(2))).comments).toEqual([])
    expect((await shop.get(`/v1/schedules/${schedule.id}`)).version).toBe(1)
    // What is said of the schedule afterwards is held against the row, not against the comment.
    const removed = await shop.api.delete(at(2), { version: 1 })
    expect(removed.status).toBe(204)
    expect((await comment(2, 'Desistiu')).status).toBe(201)
  })

  test('goes with the person whom it is about', async () => {
    const { shop, customerId, at, attach, keep, reads, contents } = await open()
    const file = (await attach(1, 'identidade.pdf')).body
    const later = (await keep('contrato.pdf', Buffer.from('%PDF-1.4 outro'))).body
    await shop.api.post(`${at(2)}/attachments/${later.id}/attach`)
    await shop.api.post(`${at(1)}/comments`, { body: 'Mora na rua do porto' })
    const exported = await shop.get(`/v1/customers/${customerId}/export`)
    expect(JSON.stringify(exported)).toContain('rua do porto')
    expect(JSON.stringify(exported)).toContain('identidade.pdf')
    expect((await shop.api.post(`/v1/customers/${customerId}/erase`)).status).toBe(200)
    expect([await reads(file.path), await reads(later.path), await contents()]).toEqual([404, 404, 0])
    expect((await shop.get(at(1))).comments).toEqual([])
    const { rows } = await database().asOwner(owner =>
      owner.query(
        `select count(*)::int as left from history_payload where account_id = $1
          and concat(before, after) ~ 'rua do porto|identidade|contrato.pdf'`,
        [shop.api.account],
      ),
    )
    expect(Number(rows[0]?.left)).toBe(0)
    expect((await shop.api.post(`${at(1)}/comments`, { body: 'de novo' })).body.code).toBe('erased_customer')
  })
})
