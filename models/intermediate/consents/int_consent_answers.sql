-- One row per customer, purpose, channel and moment: what was answered, or withdrawn, then.
with changes_ordered as (
    select
        *,
        case
            when is_contact and status <> 'granted' then 0
            when is_contact then 1
            else 2
        end as order_within_moment
    from {{ ref('int_consent_changes') }}
),

changes as (
    select
        *,
        max(case when order_within_moment = 0 then changed_at end) over (
            partition by customer_key, purpose, channel
            order by changed_at, order_within_moment
            rows between unbounded preceding and current row
        ) as barred_at,
        max(case when order_within_moment = 1 then changed_at end) over (
            partition by customer_key, purpose, channel
            order by changed_at, order_within_moment
            rows between unbounded preceding and current row
        ) as lifted_at
    from changes_ordered
),

-- Who is not to be contacted stays so, whatever they tick, until that is lifted; and lifting it
-- gives nothing back: it takes a new answer.
answers as (
    select
        *,
        barred_at is not null
        and (lifted_at is null or lifted_at <= barred_at) as is_barred
    from changes
    where order_within_moment <> 1
),

answers_ranked as (
    select
        *,
        row_number() over (
            partition by customer_key, purpose, channel, changed_at
            -- Of two answers at one instant the refusal holds.
            order by
                case when status = 'granted' then 1 else 0 end asc,
                status asc,
                expires_at asc,
                legal_basis asc,
                status_source asc
        ) as answer_rank
    from answers
),

final as (
    select
        customer_key,
        purpose,
        channel,
        case when is_barred then 'withdrawn' else status end as status,
        status_source,
        case when is_barred then 'do not contact' else legal_basis end as legal_basis,
        changed_at,
        expires_at,
        lead(changed_at) over (
            partition by customer_key, purpose, channel order by changed_at
        ) as next_changed_at
    from answers_ranked
    where answer_rank = 1
)

select * from final
