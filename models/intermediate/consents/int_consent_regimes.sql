-- One row per set of places that customers have, purpose and channel: the rule that applies.
with place_sets as (
    select distinct places
    from {{ ref('int_customer_places') }}
),

regimes as (
    select *
    from {{ covey.edited_table('consent_regimes') }}
),

places_listed as (
    select
        place,
        jurisdiction
    from {{ ref('jurisdictions') }}
    union all
    select
        regimes.jurisdiction as place,
        regimes.jurisdiction
    from regimes
    left join {{ ref('jurisdictions') }} as jurisdictions
        on regimes.jurisdiction = jurisdictions.place
    where
        jurisdictions.place is null
        and regimes.jurisdiction <> '(any)'
    union all
    select
        '(unknown)' as place,
        '(unknown)' as jurisdiction
),

known_places as (
    select distinct
        place,
        jurisdiction
    from places_listed
),

questions_listed as (
    select
        'marketing' as purpose,
        channel
    from {{ ref('channels') }}
    union all
    select
        consent_purpose as purpose,
        '(all)' as channel
    from {{ ref('channels') }}
    where consent_purpose <> 'marketing'
    union all
    select
        purpose,
        '(all)' as channel
    from regimes
    where purpose not in ('marketing', '(any)')
    {%- for purpose in ['analytics', 'profiling'] %}
    union all
    select
        '{{ purpose }}' as purpose,
        '(all)' as channel
    {%- endfor %}
),

questions as (
    select distinct
        purpose,
        channel
    from questions_listed
),

-- The rule that names the place, then the purpose, then the channel goes before a general one.
rules as (
    select
        known_places.place,
        questions.purpose,
        questions.channel,
        regimes.jurisdiction,
        regimes.regime,
        regimes.applies_to,
        regimes.legal_basis,
        regimes.consent_months,
        regimes.order_months,
        row_number() over (
            partition by known_places.place, questions.purpose, questions.channel
            order by
                case
                    when regimes.jurisdiction = known_places.place then 0
                    when regimes.jurisdiction = known_places.jurisdiction then 1
                    else 2
                end asc,
                case when regimes.purpose = questions.purpose then 0 else 1 end asc,
                case when regimes.channel = questions.channel then 0 else 1 end asc,
                regimes.jurisdiction asc
        ) as rule_rank
    from known_places
    cross join questions
    inner join regimes
        on
            regimes.jurisdiction in (known_places.place, known_places.jurisdiction, '(any)')
            and regimes.purpose in (questions.purpose, '(any)')
            and regimes.channel in (questions.channel, '(any)')
),

rules_of_sets as (
    select
        place_sets.places,
        rules.*,
        row_number() over (
            partition by place_sets.places, rules.purpose, rules.channel
            -- Of several laws the strictest: one person is not two.
            order by
                case rules.regime when 'never' then 0 when 'opt_in' then 1 else 2 end asc,
                case rules.applies_to when 'existing_customers' then 0 else 1 end asc,
                rules.consent_months asc nulls last,
                rules.order_months asc nulls last,
                rules.place asc
        ) as strictness_rank
    from place_sets
    inner join rules
        on '|' || place_sets.places || '|' like '%|' || rules.place || '|%'
    where rules.rule_rank = 1
),

final as (
    select
        places,
        purpose,
        channel,
        case when jurisdiction = '(any)' then place else jurisdiction end as jurisdiction,
        regime,
        applies_to,
        legal_basis,
        consent_months,
        order_months
    from rules_of_sets
    where strictness_rank = 1
)

select * from final
