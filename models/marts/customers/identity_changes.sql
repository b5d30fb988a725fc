-- One row per day and pair of keys: customers that a run merged or parted, and the edge that did
-- it. A log, to which each run adds what it changed.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
) }}
with people as (
    select
        node,
        customer_key,
        previous_customer_key
    from {{ ref('int_identity_people') }}
),

as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

edges as (
    select
        input,
        match_method,
        node_a,
        node_b,
        strength
    from {{ ref('int_identity_edges') }}
    where node_a <> node_b
    union all
    select
        'identity_verdicts' as input,
        'verdict' as match_method,
        node_a,
        node_b,
        9 as strength
    from {{ ref('int_identity_verdicts') }}
    where verdict = 'different'
),

hub_neighbours as (
    select
        pairs.input,
        hubs.hub_node,
        pairs.node_b as node
    from {{ ref('int_identity_pairs') }} as pairs
    inner join {{ ref('int_identity_hubs') }} as hubs
        on pairs.node_a = hubs.hub_node
    union all
    select
        pairs.input,
        hubs.hub_node,
        pairs.node_a as node
    from {{ ref('int_identity_pairs') }} as pairs
    inner join {{ ref('int_identity_hubs') }} as hubs
        on pairs.node_b = hubs.hub_node
),

hub_people as (
    select
        hub_neighbours.input,
        hub_neighbours.hub_node,
        people.node,
        people.customer_key,
        people.previous_customer_key
    from hub_neighbours
    inner join people
        on hub_neighbours.node = people.node
),

edges_both_ways as (
    select
        input,
        match_method,
        node_a,
        node_b,
        strength
    from edges
    union all
    select
        input,
        match_method,
        node_b as node_a,
        node_a as node_b,
        strength
    from edges
    union all
    -- Those whom an identifier that is set aside has joined: of one old key, or a hub of thousands
    -- would be paired with itself.
    select
        hub_people.input,
        'hub' as match_method,
        hub_people.node as node_a,
        other_people.node as node_b,
        0 as strength
    from hub_people
    inner join hub_people as other_people
        on
            hub_people.hub_node = other_people.hub_node
            and hub_people.previous_customer_key = other_people.previous_customer_key
            and hub_people.customer_key <> other_people.customer_key
),

living_keys as (
    select distinct customer_key
    from people
),

changes as (
    select
        people.previous_customer_key as old_customer_key,
        people.customer_key,
        count(*) as identifier_count
    from people
    where people.previous_customer_key <> people.customer_key
    group by people.previous_customer_key, people.customer_key
),

-- A merge: an edge of the person now that leads from an identifier of the old key to another one. A
-- parting: an edge between identifiers of the old key that joins them no longer.
causes as (
    select
        people_a.previous_customer_key as old_customer_key,
        people_a.customer_key,
        edges.input,
        edges.match_method,
        case
            when edges.match_method <> 'hub' then {{ covey.edge_id(
                'edges.input', 'edges.match_method',
                'least(edges.node_a, edges.node_b)', 'greatest(edges.node_a, edges.node_b)'
            ) }}
        end as edge_id,
        row_number() over (
            partition by people_a.previous_customer_key, people_a.customer_key
            order by
                edges.strength desc, edges.node_a asc, edges.node_b asc, edges.input asc
        ) as cause_rank
    from edges_both_ways as edges
    inner join people as people_a
        on edges.node_a = people_a.node
    inner join people as people_b
        on edges.node_b = people_b.node
    where
        people_a.previous_customer_key <> people_a.customer_key
        and (
            (
                people_a.customer_key = people_b.customer_key
                and coalesce(people_b.previous_customer_key, '') <> people_a.previous_customer_key
            )
            or (
                people_a.customer_key <> people_b.customer_key
                and people_b.previous_customer_key = people_a.previous_customer_key
            )
        )
),

final as (
    select
        changes.old_customer_key,
        changes.customer_key,
        case when living_keys.customer_key is null then 'merged' else 'parted' end as change_type,
        causes.edge_id,
        causes.input,
        causes.match_method,
        changes.identifier_count,
        as_of.as_of_date as changed_date
    from changes
    cross join as_of
    left join living_keys
        on changes.old_customer_key = living_keys.customer_key
    left join causes
        on
            changes.old_customer_key = causes.old_customer_key
            and changes.customer_key = causes.customer_key
            and causes.cause_rank = 1
    {%- if is_incremental() %}
    where
        not exists (
            select 1
            from {{ this }} as logged
            where
                logged.old_customer_key = changes.old_customer_key
                and logged.customer_key = changes.customer_key
                and logged.changed_date = as_of.as_of_date
        )
    {%- endif %}
)

select * from final
