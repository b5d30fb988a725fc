-- One row per customer, purpose and channel: the consent that holds when audiences are used.
{%- set first_day_after = dbt.dateadd(
    'day', 1 + (var('covey_audience_valid_days') | int), 'as_of_date'
) %}
with as_of as (
    select cast({{ first_day_after }} as {{ dbt.type_timestamp() }}) as used_until
    from {{ ref('int_as_of') }}
),

periods as (
    select
        int_consent_periods.*,
        int_consent_periods.status = 'granted'
        and int_consent_periods.valid_to < as_of.used_until as is_expired
    from {{ ref('int_consent_periods') }} as int_consent_periods
    cross join as_of
    where int_consent_periods.period_from_last = 1
),

final as (
    select
        customer_key,
        purpose,
        channel,
        case when is_expired then 'expired' else status end as status,
        status_source,
        regime,
        legal_basis,
        jurisdiction,
        status = 'granted' and not coalesce(is_expired, false) as is_granted,
        valid_from as changed_at,
        expires_at
    from periods
)

select * from final
