-- One row per pair of identifiers that a person should judge: CRM records alike but not joined, and
-- edges that were cut. The seed identity_verdicts takes the verdict.
with matches as (
    select
        record_id_a as node_a,
        record_id_b as node_b,
        'alike' as reason,
        match_probability,
        evidence
    from {{ ref('int_identity_matches') }}
),

cut_edges as (
    select
        node_a,
        node_b,
        'conflict' as reason,
        cast(null as {{ covey.type_double() }}) as match_probability,
        cast(null as {{ dbt.type_string() }}) as evidence
    from {{ ref('int_identity_edges') }}
    where match_method = 'exact'
    group by node_a, node_b
),

candidates as (
    select *
    from matches
    union all
    select *
    from cut_edges
),

identities as (
    select
        node,
        customer_key
    from {{ ref('int_identities') }}
),

verdicts as (
    select
        node_a,
        node_b
    from {{ ref('int_identity_verdicts') }}
),

final as (
    select
        candidates.reason,
        {{ covey.node_part('candidates.node_a', 'id_type') }} as id_type_a,
        {{ covey.node_part('candidates.node_a', 'source_system') }} as source_system_a,
        {{ covey.node_part('candidates.node_a', 'id_value') }} as id_value_a,
        identities_a.customer_key as customer_key_a,
        {{ covey.node_part('candidates.node_b', 'id_type') }} as id_type_b,
        {{ covey.node_part('candidates.node_b', 'source_system') }} as source_system_b,
        {{ covey.node_part('candidates.node_b', 'id_value') }} as id_value_b,
        identities_b.customer_key as customer_key_b,
        candidates.evidence,
        candidates.match_probability
    from candidates
    -- Inner, twice: of people who were erased nothing is told.
    inner join identities as identities_a
        on candidates.node_a = identities_a.node
    inner join identities as identities_b
        on candidates.node_b = identities_b.node
    left join verdicts
        on
            candidates.node_a = verdicts.node_a
            and candidates.node_b = verdicts.node_b
    where
        identities_a.customer_key <> identities_b.customer_key
        and verdicts.node_a is null
)

select * from final
