-- What a plan bills is one service at its price, or products: services, each with a quantity and a price of its own, which make the price.
-- What it offers has, beside its words, a value and a name by which programs know it.

update plan set
  features = (
    select coalesce(jsonb_agg(jsonb_build_object('description', said.text, 'value', null, 'tag', null) order by said.at), '[]'::jsonb)
    from jsonb_array_elements_text(features || products) with ordinality as said (text, at)
  ),
  products = '[]'::jsonb;

alter table plan alter column service_item_id drop not null;
alter table plan add constraint plan_bills_something check (service_item_id is not null or jsonb_array_length(products) > 0);

-- Products name services as a foreign key would, which no column of a list can.
create function refuse_product_without_service() returns trigger language plpgsql as $$
begin
  if exists (
    select from plan p where p.account_id = old.account_id and p.products @> jsonb_build_array(jsonb_build_object('serviceItemId', old.id))
  ) then
    raise exception 'a plan has a product of service item %', old.id using errcode = 'foreign_key_violation';
  end if;
  return old;
end $$;
revoke all on function refuse_product_without_service() from public;
create trigger product_of_a_plan before delete on service_item for each row execute function refuse_product_without_service();
