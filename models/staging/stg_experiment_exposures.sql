-- One row per exposure to a variant.
with kept as (
    {{ covey.kept_rows('experiment_exposures') }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'kept', "case when lower(identifier_type) = 'phone' then identifier end"
    ) }}
),

final as (
    select
        experiment_id,
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        variant,
        exposed_at,
        source_system
    from phones_standardised
)

select * from final
