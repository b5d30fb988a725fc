-- One row per pair of identifiers that a person has judged: the same person or different people.
with identity_verdicts as (
    select *
    from {{ covey.edited_table('identity_verdicts') }}
),

judged as (
    select
        {{ covey.identity_node('id_type_a', 'id_value_a', 'source_system_a') }} as node_a,
        {{ covey.identity_node('id_type_b', 'id_value_b', 'source_system_b') }} as node_b,
        lower(trim(verdict)) as verdict,
        reviewed_at
    from identity_verdicts
),

judged_ordered as (
    select
        least(node_a, node_b) as node_a,
        greatest(node_a, node_b) as node_b,
        verdict,
        row_number() over (
            partition by least(node_a, node_b), greatest(node_a, node_b)
            order by reviewed_at desc nulls last, verdict asc
        ) as verdict_rank
    from judged
    -- One without an identifier stays, for a test to find.
    where node_a is distinct from node_b
),

-- The last verdict on a pair counts; on the same day "different" does.
final as (
    select
        node_a,
        node_b,
        verdict
    from judged_ordered
    where verdict_rank = 1
)

select * from final
