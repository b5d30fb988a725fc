-- One row per pair of CRM records that may be one person.
with compared as (
    select *
    from {{ ref('int_identity_comparisons') }}
    where record_id_a <> record_id_b
),

-- Inner, twice: where nothing is matched any more, what was compared before still lies there.
records as (
    select record_id
    from {{ ref('int_identity_records') }}
),

final as (
    select
        compared.record_id_a,
        compared.record_id_b,
        compared.match_probability,
        compared.match_weight,
        compared.evidence
    from compared
    inner join records as records_a
        on compared.record_id_a = records_a.record_id
    inner join records as records_b
        on compared.record_id_b = records_b.record_id
)

select * from final
