-- One row per audience, channel and customer who belongs to it: the tactics chosen for the
-- customer, and the segment, by each channel that a destination takes segments by.
with tactics as (
    select
        tactic_id,
        consent_purpose
    from {{ ref('tactics') }}
),

chosen as (
    select
        customer_key,
        tactic_id,
        channel,
        is_holdout
    from {{ ref('customer_tactics') }}
    where
        rank = 1
        and (not is_suppressed or suppression_reason = 'holdout')
),

segment_members as (
    select
        audience_id,
        segmentation,
        customer_key
    from {{ ref('int_segment_members') }}
),

-- A segment goes out by a channel only where a destination asks for it: else every customer would
-- be in an audience for each of seven channels.
segment_channels as (
    select distinct
        channel,
        purpose
    from {{ ref('int_destinations') }}
    where
        {{ covey.is_listed("'(all)'", 'audiences') }}
        or {{ dbt.position("'segment'", 'audiences') }} > 0
),

candidates as (
    select
        'tactic' as audience_type,
        chosen.tactic_id as audience_id,
        chosen.customer_key,
        chosen.channel,
        tactics.consent_purpose,
        chosen.is_holdout
    from chosen
    inner join tactics
        on chosen.tactic_id = tactics.tactic_id
    union all
    -- The hash is of the segmentation, not the segment: who moves to another stays held out.
    select
        'segment' as audience_type,
        segment_members.audience_id,
        segment_members.customer_key,
        segment_channels.channel,
        segment_channels.purpose as consent_purpose,
        {{ covey.hash_fraction(
            "'" ~ var('covey_holdout_salt')
            ~ ":' || segment_members.segmentation || ':' || segment_members.customer_key"
        ) }} < {{ var('covey_segment_holdout_share') }} as is_holdout
    from segment_members
    cross join segment_channels
),

consents as (
    select
        customer_key,
        purpose,
        channel,
        coalesce(legal_basis, 'consent') as consent_basis,
        expires_at
    from {{ ref('int_consents_current') }}
    where is_granted
),

-- A consent for the channel is the basis before one for all channels.
based as (
    select
        candidates.*,
        consents.consent_basis,
        consents.expires_at as valid_until,
        row_number() over (
            partition by candidates.audience_id, candidates.channel, candidates.customer_key
            order by case when consents.channel = '(all)' then 1 else 0 end asc
        ) as basis_rank
    from candidates
    -- inner, not left: nobody leaves the warehouse without a basis.
    inner join consents
        on
            candidates.customer_key = consents.customer_key
            and candidates.consent_purpose = consents.purpose
            and consents.channel in (candidates.channel, '(all)')
),

final as (
    select
        audience_id,
        customer_key,
        audience_type,
        channel,
        consent_purpose,
        consent_basis,
        is_holdout,
        valid_until
    from based
    where basis_rank = 1
)

select * from final
