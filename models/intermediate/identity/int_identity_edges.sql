-- One row per input and pair of personal identifiers that may be joined through, and per identifier
-- that stands alone.
{%- set match = covey.setting('covey_identity_match') %}
with pairs as (
    select *
    from {{ ref('int_identity_pairs') }}
),

hubs as (
    select hub_node
    from {{ ref('int_identity_hubs') }}
),

known_nodes as (
    select node_a as node
    from pairs
    union distinct
    select node_b as node
    from pairs
),

-- Inner, twice: a verdict on an identifier that no input has makes no customer of it.
verdicts as (
    select
        int_identity_verdicts.node_a,
        int_identity_verdicts.node_b
    from {{ ref('int_identity_verdicts') }} as int_identity_verdicts
    inner join known_nodes as known_a
        on int_identity_verdicts.node_a = known_a.node
    inner join known_nodes as known_b
        on int_identity_verdicts.node_b = known_b.node
    where int_identity_verdicts.verdict = 'same'
),

-- A hub stands alone, and so does what was seen with nothing else.
pairs_without_hubs as (
    select
        pairs.input,
        case when hub_a.hub_node is null then pairs.node_a else pairs.node_b end as node_a,
        case when hub_b.hub_node is null then pairs.node_b else pairs.node_a end as node_b,
        pairs.seen_count,
        pairs.first_seen_at,
        pairs.last_seen_at
    from pairs
    left join hubs as hub_a
        on pairs.node_a = hub_a.hub_node
    left join hubs as hub_b
        on pairs.node_b = hub_b.hub_node
    where
        hub_a.hub_node is null
        or hub_b.hub_node is null
),

-- However alike the rest: another first name or day of birth may be a twin, a mother, a son. Such a
-- pair is left to review.
matches as (
    select
        record_id_a,
        record_id_b,
        match_probability
    from {{ ref('int_identity_matches') }}
    where
        match_probability >= {{ match.get('auto_probability', 0.99) }}
        {%- for comparison in ['first_name', 'birth_date'] %}
        and not {{ covey.has_evidence('evidence', comparison, 'different') }}
        {%- endfor %}
),

edges as (
    select
        input,
        'exact' as match_method,
        node_a,
        node_b,
        seen_count,
        first_seen_at,
        last_seen_at,
        cast(
            least({{ covey.node_strength('node_a') }}, {{ covey.node_strength('node_b') }})
            as {{ covey.type_double() }}
        ) as strength
    from pairs_without_hubs
    union all
    select
        'identity_verdicts' as input,
        'verdict' as match_method,
        node_a,
        node_b,
        1 as seen_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_seen_at,
        9 as strength
    from verdicts
    union all
    select
        'customers' as input,
        'fuzzy' as match_method,
        record_id_a as node_a,
        record_id_b as node_b,
        1 as seen_count,
        cast(null as {{ dbt.type_timestamp() }}) as first_seen_at,
        cast(null as {{ dbt.type_timestamp() }}) as last_seen_at,
        -- The weakest of all, and among themselves as probable as they are.
        match_probability as strength
    from matches
),

final as (
    select
        input,
        match_method,
        node_a,
        node_b,
        max(strength) as strength,
        cast(sum(seen_count) as {{ dbt.type_bigint() }}) as seen_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from edges
    group by input, match_method, node_a, node_b
)

select * from final
