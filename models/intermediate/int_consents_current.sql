-- One row per customer, purpose and channel: the consent that holds at the end of the as-of date.
with as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
),

ranked as (
    select
        changes.*,
        as_of.as_of_date,
        row_number() over (
            partition by changes.customer_key, changes.purpose, changes.channel
            -- Of two changes at one instant the refusal holds.
            order by
                changes.changed_at desc,
                case when changes.status = 'granted' then 1 else 0 end asc,
                changes.status asc,
                changes.expires_at asc,
                changes.legal_basis asc,
                changes.jurisdiction asc
        ) as change_rank
    from {{ ref('int_consent_changes') }} as changes
    cross join as_of
    where cast(changes.changed_at as date) <= as_of.as_of_date
),

final as (
    select
        customer_key,
        purpose,
        channel,
        case
            when status = 'granted' and cast(expires_at as date) <= as_of_date then 'expired'
            else status
        end as status,
        legal_basis,
        jurisdiction,
        status = 'granted'
        and (expires_at is null or cast(expires_at as date) > as_of_date) as is_granted,
        changed_at,
        expires_at
    from ranked
    where change_rank = 1
)

select * from final
