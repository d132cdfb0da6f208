import { PgBoss } from 'pg-boss'
import { expect, test } from 'vitest'
import { eachEngine } from '../../../test/database/each-engine.ts'
import { queueIn } from './db.ts'
import { queueSchema } from './queue-schema.ts'

eachEngine('the queue', database => {
  test('works as bordero_app, and a job falls with the transaction that enqueued it', async () => {
    const { db, freshAccount } = database()
    const account = await freshAccount()
    const boss = new PgBoss({
      schema: queueSchema,
      db: { executeSql: (text, parameters) => db.queueSql(text, parameters) },
      migrate: false,
      supervise: false,
      schedule: false,
    })
    await boss.start()
    try {
      await boss.createQueue('test-queue')
      await db.transact({ account }, async tx => void (await boss.send('test-queue', { kept: true }, { db: queueIn(tx) })))
      const failing = db.transact({ account }, async tx => {
        await boss.send('test-queue', { kept: false }, { db: queueIn(tx) })
        throw new Error('refused')
      })
      await expect(failing).rejects.toThrow('refused')
      const jobs = await boss.fetch<{ kept: boolean }>('test-queue', { batchSize: 10 })
      expect(jobs.map(job => job.data)).toEqual([{ kept: true }])
      await boss.complete(
        'test-queue',
        jobs.map(job => job.id),
      )
      await boss.supervise('test-queue')
    } finally {
      await boss.deleteQueue('test-queue')
      await boss.stop({ graceful: false })
    }
  })
})
