/**
 * Each table's owner: the module that alone writes it. Others may read it, and say so by reading it in SQL of their own
 * store or through the owner's. Held against the catalogue in both directions by isolation.db.test.ts.
 */
export const tablesByModule: Readonly<Record<string, readonly string[]>> = {
  platform: [
    'due_work',
    'external_id',
    'file_address',
    'history',
    'history_payload',
    'history_seal',
    'id_range',
    'idempotency_key',
    'outbox',
    'outbox_listener',
    'schema_migration',
  ],
  accounts: ['account', 'api_key', 'bearer'],
  organizations: ['organization', 'organization_holiday'],
  customers: ['customer', 'customer_credit', 'customer_credit_entry'],
  indices: ['entered_index_value', 'index_value'],
  catalog: [
    'category',
    'charge_template',
    'charging_account',
    'cost_centre',
    'department',
    'email_template',
    'financial_account',
    'nfse_template',
    'notification_ruler',
    'project',
    'revenue_centre',
    'service_item',
    'service_type',
  ],
  contracts: [
    'billing_details',
    'billing_details_share',
    'billing_event',
    'billing_event_part',
    'contract',
    'contract_suspension',
    'contract_validity',
    'coverage',
    'event_consumption',
    'invoice_rule',
    'invoice_template',
    'invoice_template_line',
    'invoice_template_readjustment',
    'price_difference',
    'readjustment',
    'readjustment_application',
    'rule_line',
    'rule_terms',
  ],
  subscriptions: ['plan', 'plan_change', 'subscription'],
  invoices: [
    'attachment_content',
    'invoice',
    'invoice_adjustment',
    'invoice_attachment',
    'invoice_attachment_left_out',
    'invoice_comment',
    'invoice_line',
    'invoice_withholding',
  ],
  receivables: ['receipt', 'receivable'],
  schedules: ['schedule', 'schedule_comment', 'schedule_occurrence', 'schedule_share', 'schedule_terms'],
  renegotiation: ['renegotiation', 'renegotiation_replaced'],
  'billing-run': ['billing_run', 'billing_run_chunk', 'billing_run_item'],
  dialects: ['dialect_call', 'dialect_caller', 'dialect_field'],
  webhooks: ['webhook_attempt', 'webhook_delivery', 'webhook_endpoint'],
  verify: ['verification'],
  import: ['import'],
}

/** Without an account: what the whole installation shares. Everything else is some account's, and no other's to see. */
export const tablesWithoutAccount: readonly string[] = ['index_value', 'schema_migration']

/** What the dispatcher may read to find out whose turn it is, column by column; and what it may never write. */
export const directory: Readonly<Record<string, readonly string[]>> = {
  account: ['account_id', 'name', 'mode', 'sandbox_now', 'state', 'version', 'created_at'],
  api_key: ['account_id', 'id', 'key_hash', 'scopes', 'revoked_at'],
  bearer: ['account_id', 'token_hash', 'refresh_hash', 'key_id', 'issued_at', 'expires_at', 'refresh_until', 'ended_at'],
  due_work: ['account_id', 'kind', 'subject_id', 'due_at'],
  file_address: ['account_id', 'noun', 'subject_id', 'token_hash'],
  idempotency_key: ['account_id', 'key'],
  outbox: ['account_id', 'noun', 'subject_id', 'subject_version', 'created_at', 'sent_at'],
}

export function moduleOfTable(table: string): string | undefined {
  return Object.keys(tablesByModule).find(module => tablesByModule[module]?.includes(table))
}
