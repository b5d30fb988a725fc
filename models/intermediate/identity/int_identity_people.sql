-- One row per personal identifier, with the key of the person it belongs to, now and in the run
-- before.
{{ config(materialized='table') }}
{%- set customer_node = covey.identity_node("'customer_id'", 'customer_id', 'source_system') %}
with components as (
    select
        node,
        component_id
    from {{ ref('int_identity_components') }}
),

records as (
    select
        {{ customer_node }} as node,
        created_at
    from {{ ref('stg_customers') }}
),

-- This table as the last run left it: what a key was given to.
previous_keys as (
    {{ covey.previous_rows(['node'], 'min', 'customer_key', dbt.type_string()) | indent }}
),

key_dates as (
    {{ covey.previous_rows(['customer_key'], 'min', 'given_date', 'date') | indent }}
),

nodes as (
    select
        components.node,
        components.component_id,
        previous_keys.customer_key as previous_customer_key,
        case when records.node is null then 1 else 0 end as is_without_record,
        records.created_at
    from components
    left join records
        on components.node = records.node
    left join previous_keys
        on components.node = previous_keys.node
),

nodes_ranked as (
    select
        *,
        row_number() over (
            partition by component_id
            order by is_without_record, created_at nulls last, node
        ) as anchor_rank
    from nodes
),

-- A key stays with the part that holds most of its identifiers, the older record where it is even.
claims as (
    select
        component_id,
        previous_customer_key,
        count(*) as node_count,
        min(anchor_rank) as oldest_rank
    from nodes_ranked
    where previous_customer_key is not null
    group by component_id, previous_customer_key
),

claims_ranked as (
    select
        claims.component_id,
        claims.previous_customer_key,
        claims.oldest_rank,
        row_number() over (
            partition by claims.previous_customer_key
            order by
                claims.node_count desc,
                anchors.is_without_record asc,
                anchors.created_at asc nulls last,
                anchors.node asc
        ) as part_rank
    from claims
    inner join nodes_ranked as anchors
        on
            claims.component_id = anchors.component_id
            and claims.oldest_rank = anchors.anchor_rank
),

-- Of several keys that come together the oldest stays, of one age that of the oldest record.
kept_keys as (
    select
        claims_ranked.component_id,
        claims_ranked.previous_customer_key,
        row_number() over (
            partition by claims_ranked.component_id
            order by key_dates.given_date nulls first, claims_ranked.oldest_rank
        ) as key_rank
    from claims_ranked
    left join key_dates
        on claims_ranked.previous_customer_key = key_dates.customer_key
    where claims_ranked.part_rank = 1
),

known_keys as (
    select distinct customer_key
    from previous_keys
),

-- A new person is named after the oldest record; where that name is taken, the part that lost it is
-- named after the record and the key it lost.
component_keys as (
    select
        anchors.component_id,
        case
            when kept_keys.component_id is not null then kept_keys.previous_customer_key
            when anchors.previous_customer_key is null and known_keys.customer_key is null
                then {{ covey.person_key('anchors.node') }}
            else {{ covey.person_key(
                "anchors.node || '|' || coalesce(anchors.previous_customer_key, '')"
            ) }}
        end as customer_key
    from nodes_ranked as anchors
    left join kept_keys
        on
            anchors.component_id = kept_keys.component_id
            and kept_keys.key_rank = 1
    left join known_keys
        on {{ covey.person_key('anchors.node') }} = known_keys.customer_key
    where anchors.anchor_rank = 1
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        nodes.node,
        nodes.component_id,
        component_keys.customer_key,
        nodes.previous_customer_key,
        coalesce(key_dates.given_date, as_of.as_of_date) as given_date
    from nodes
    cross join as_of
    inner join component_keys
        on nodes.component_id = component_keys.component_id
    left join key_dates
        on component_keys.customer_key = key_dates.customer_key
)

select * from final
