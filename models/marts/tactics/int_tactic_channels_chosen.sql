-- One row per customer and tactic that fits: its first channel with consent, else the first.
with candidates as (
    select
        customer_key,
        tactic_id
    from {{ ref('int_tactic_candidates') }}
),

tactic_channels as (
    select *
    from {{ ref('int_tactic_channels') }}
),

consents as (
    select
        customer_key,
        purpose,
        channel
    from {{ ref('int_consents_current') }}
    where is_granted
),

channels as (
    select channel
    from {{ ref('channels') }}
),

-- A consent for all channels is one for each.
channels_consented as (
    select distinct
        consents.customer_key,
        consents.purpose,
        channels.channel
    from consents
    inner join channels
        on consents.channel in (channels.channel, '(all)')
),

ranked as (
    select
        candidates.customer_key,
        candidates.tactic_id,
        tactic_channels.channel,
        tactic_channels.consent_purpose,
        channels_consented.customer_key is not null as has_consent,
        row_number() over (
            partition by candidates.customer_key, candidates.tactic_id
            order by
                case when channels_consented.customer_key is null then 1 else 0 end asc,
                tactic_channels.channel_order asc
        ) as channel_rank
    from candidates
    inner join tactic_channels
        on candidates.tactic_id = tactic_channels.tactic_id
    left join channels_consented
        on
            candidates.customer_key = channels_consented.customer_key
            and tactic_channels.consent_purpose = channels_consented.purpose
            and tactic_channels.channel = channels_consented.channel
),

final as (
    select
        customer_key,
        tactic_id,
        channel,
        consent_purpose,
        has_consent
    from ranked
    where channel_rank = 1
)

select * from final
