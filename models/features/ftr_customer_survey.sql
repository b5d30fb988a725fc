-- One row per customer who answered a scored question in the feature window.
{%- set traits = [
    'price_sensitivity', 'brand_loyalty', 'adventurousness', 'sustainability',
] %}
with as_of as (
    select
        as_of_date,
        window_start_date
    from {{ ref('int_as_of') }}
),

final as (
    select
        {%- for trait in traits %}
        {{ covey.exact_sum("case when answers.trait = '" ~ trait ~ "' then answers.score end") }}
        / nullif(count(case when answers.trait = '{{ trait }}' then answers.score end), 0)
            as trait_{{ trait }},
        {%- endfor %}
        answers.customer_key
    from {{ ref('int_survey_responses_resolved') }} as answers
    cross join as_of
    where
        answers.customer_key is not null
        and answers.score is not null
        and cast(answers.answered_at as date) > as_of.window_start_date
        and cast(answers.answered_at as date) <= as_of.as_of_date
    group by answers.customer_key
)

select * from final
