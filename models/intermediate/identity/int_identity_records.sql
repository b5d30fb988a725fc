-- One row per CRM record, with what it is compared by to find fuzzy duplicates: nobody who asked to
-- be forgotten under an identifier of this record, and no value that is a hub.
{%- set match = covey.setting('covey_identity_match') %}
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
with records as (
    select
        {{ customer_node }} as record_id,
        {{ covey.identity_node("'email'", 'email') }} as email_node,
        {{ covey.identity_node("'phone'", 'phone') }} as phone_node,
        {{ covey.identity_node("'loyalty_number'", 'loyalty_number') }} as loyalty_node,
        first_name,
        last_name,
        email,
        phone,
        address,
        city,
        postal_code,
        birth_date
    from {{ ref('stg_customers') }}
),

record_nodes as (
    {%- for node in ['record_id', 'email_node', 'phone_node', 'loyalty_node'] %}
    select
        record_id,
        {{ node }} as node
    from records
    where {{ node }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

erasure_requests as (
    select {{ covey.identity_node('identifier_type', 'identifier', 'source_system') }} as node
    from {{ ref('stg_erasure_requests') }}
),

-- By their own identifiers only: whom these lead to is known after the matching, not before.
erased_records as (
    select distinct record_nodes.record_id
    from record_nodes
    inner join erasure_requests
        on record_nodes.node = erasure_requests.node
),

hubs as (
    select hub_node
    from {{ ref('int_identity_hubs') }}
),

final as (
    select
        records.record_id,
        records.first_name,
        records.last_name,
        case when email_hubs.hub_node is null then records.email end as email,
        case when phone_hubs.hub_node is null then records.phone end as phone,
        records.address,
        records.city,
        records.postal_code,
        records.birth_date
    from records
    left join erased_records
        on records.record_id = erased_records.record_id
    left join hubs as email_hubs
        on records.email_node = email_hubs.hub_node
    left join hubs as phone_hubs
        on records.phone_node = phone_hubs.hub_node
    where
        erased_records.record_id is null
        and {{ 'true' if match.get('enabled', true) else 'false' }}
)

select * from final
