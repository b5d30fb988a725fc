-- One row per answer.
with kept as (
    {{ covey.kept_rows('survey_responses') }}
),

phones_standardised as (
    {{ covey.standard_phones(
        'kept', "case when lower(identifier_type) = 'phone' then identifier end"
    ) }}
),

final as (
    select
        lower(identifier_type) as identifier_type,
        {{ covey.standard_identifier('identifier_type', 'identifier') }} as identifier,
        question_id,
        answered_at,
        answer,
        source_system,
        trait,
        score
    from phones_standardised
)

select * from final
