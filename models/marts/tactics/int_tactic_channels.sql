-- One row per tactic and channel it may use.
with tactics as (
    select
        tactic_id,
        consent_purpose,
        '|' || channels || '|' as channels
    from {{ ref('tactics') }}
),

channels as (
    select
        channel,
        '|' || channel || '|' as channel_searched
    from {{ ref('channels') }}
),

final as (
    select
        tactics.tactic_id,
        channels.channel,
        tactics.consent_purpose,
        row_number() over (
            partition by tactics.tactic_id
            order by
                {{ dbt.position('channels.channel_searched', 'tactics.channels') }} asc,
                channels.channel asc
        ) as channel_order
    from tactics
    inner join channels
        on {{ dbt.position('channels.channel_searched', 'tactics.channels') }} > 0
)

select * from final
