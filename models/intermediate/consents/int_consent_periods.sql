-- One row per customer, purpose, channel and time in which one answer, or the law, holds.
with customer_places as (
    select
        customer_key,
        places
    from {{ ref('int_customer_places') }}
),

regimes as (
    select *
    from {{ ref('int_consent_regimes') }}
),

judged as (
    select
        answers.*,
        coalesce(regimes.regime, 'opt_in') as regime,
        coalesce(regimes.jurisdiction, '(unknown)') as jurisdiction,
        coalesce(regimes.regime, 'opt_in') = 'never' as is_never,
        {{ dbt.dateadd('month', 'regimes.consent_months', 'answers.changed_at') }} as renewal_at
    from {{ ref('int_consent_answers') }} as answers
    inner join customer_places
        on answers.customer_key = customer_places.customer_key
    left join regimes
        on
            customer_places.places = regimes.places
            and answers.purpose = regimes.purpose
            and answers.channel = regimes.channel
),

recorded as (
    select
        customer_key,
        purpose,
        channel,
        case when is_never and status = 'granted' then 'denied' else status end as status,
        case
            when is_never and status = 'granted' then 'regime'
            else status_source
        end as status_source,
        regime,
        case
            when status <> 'granted' then legal_basis
            when is_never then 'not allowed'
            else coalesce(legal_basis, 'consent')
        end as legal_basis,
        jurisdiction,
        changed_at as valid_from,
        next_changed_at,
        -- A consent ends when it says so, or when the law wants it renewed. A refusal does not end.
        case
            when status <> 'granted' or is_never then null
            when renewal_at < expires_at or expires_at is null then renewal_at
            else expires_at
        end as expires_at
    from judged
),

implied as (
    select
        customer_key,
        purpose,
        channel,
        'granted' as status,
        'regime' as status_source,
        regime,
        legal_basis,
        jurisdiction,
        valid_from,
        first_answer_at as next_changed_at,
        expires_at
    from {{ ref('int_consents_implied') }}
),

periods as (
    select * from recorded
    union all
    select * from implied
),

final as (
    select
        customer_key,
        purpose,
        channel,
        status,
        status_source,
        regime,
        legal_basis,
        jurisdiction,
        cast(
            row_number() over (
                partition by customer_key, purpose, channel
                order by valid_from desc nulls last
            ) as {{ dbt.type_bigint() }}
        ) as period_from_last,
        cast(valid_from as {{ dbt.type_timestamp() }}) as valid_from,
        cast(
            case
                when next_changed_at < expires_at or expires_at is null then next_changed_at
                else expires_at
            end as {{ dbt.type_timestamp() }}
        ) as valid_to,
        cast(expires_at as {{ dbt.type_timestamp() }}) as expires_at
    from periods
)

select * from final
