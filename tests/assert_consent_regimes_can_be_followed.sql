-- Each row of consent_regimes says something that covey can do, and no row says it twice.
with regimes as (
    select
        *,
        count(*) over (partition by jurisdiction, purpose, channel) as row_count
    from {{ covey.edited_table('consent_regimes') }}
),

known_jurisdictions as (
    select place as jurisdiction
    from {{ ref('jurisdictions') }}
    union
    select jurisdiction
    from {{ ref('jurisdictions') }}
    union
    select code as jurisdiction
    from {{ ref('code_aliases') }}
    where code_type = 'country'
    union
    select '(any)' as jurisdiction
),

known_purposes as (
    select consent_purpose as purpose
    from {{ ref('channels') }}
    {%- for purpose in ['analytics', 'profiling', 'marketing', '(any)'] %}
    union
    select '{{ purpose }}' as purpose
    {%- endfor %}
),

known_channels as (
    select channel
    from {{ ref('channels') }}
    union
    select '(any)' as channel
),

judged as (
    select
        regimes.jurisdiction,
        regimes.purpose,
        regimes.channel,
        case
            when known_jurisdictions.jurisdiction is null
                then 'no such jurisdiction: use a country code or one of the seed jurisdictions'
            when known_purposes.purpose is null then 'no such purpose'
            when known_channels.channel is null then 'no such channel: see the seed channels'
            when regimes.channel <> '(any)' and regimes.purpose <> 'marketing'
                then 'only marketing has channels: write (any)'
            when regimes.regime is null or regimes.regime not in ('opt_in', 'opt_out', 'never')
                then 'the regime is not opt_in, opt_out or never'
            when
                regimes.applies_to is null
                or regimes.applies_to not in ('everybody', 'existing_customers')
                then 'applies_to is not everybody or existing_customers'
            when regimes.jurisdiction = '(any)' and regimes.regime = 'opt_out'
                then 'where the law is not known nothing may be done without consent'
            when regimes.applies_to = 'existing_customers' and regimes.regime <> 'opt_out'
                then 'existing_customers are told apart only by an opt_out'
            when regimes.order_months is not null and regimes.applies_to <> 'existing_customers'
                then 'order_months are of existing_customers'
            when regimes.regime = 'opt_out' and regimes.legal_basis is null
                then 'an opt_out needs a legal basis'
            when regimes.consent_months < 1 or regimes.order_months < 1
                then 'months are 1 or more, or empty'
            when regimes.row_count > 1 then 'several rows say this'
        end as problem
    from regimes
    left join known_jurisdictions
        on regimes.jurisdiction = known_jurisdictions.jurisdiction
    left join known_purposes
        on regimes.purpose = known_purposes.purpose
    left join known_channels
        on regimes.channel = known_channels.channel
)

select
    jurisdiction,
    purpose,
    channel,
    problem
from judged
where problem is not null
