-- One row per export of a destination: what it holds, how it came about, whether it is confirmed. A
-- log: a run that finds other members or attributes than the last adds a row.
with destinations as (
    select *
    from {{ ref('int_destinations') }}
),

members as (
    select *
    from {{ ref('int_export_members') }}
),

confirmations as (
    select
        export_id,
        max(confirmed_at) as confirmed_at
    from {{ ref('export_confirmations') }}
    group by export_id
),

-- No day, no activity: there is nothing to export.
as_of as (
    select as_of_date
    from {{ ref('int_as_of') }}
    where as_of_date is not null
),

segment_model as (
    select max(model_id) as model_id
    from {{ ref('segments') }}
    where segmentation = '{{ var("covey_primary_segmentation") }}'
),

previous as (
    {{ covey.last_run_rows(covey.manifest_columns()) | indent(4) }}
),

last_numbers as (
    select
        destination_id,
        max(export_number) as export_number
    from previous
    group by destination_id
),

last_exports as (
    select
        previous.destination_id,
        previous.export_number,
        previous.checksum
    from previous
    inner join last_numbers
        on
            previous.destination_id = last_numbers.destination_id
            and previous.export_number = last_numbers.export_number
),

counted as (
    select
        destinations.destination_id,
        count(members.customer_key) as member_count,
        count(case when members.outcome in ('sent', 'sent as holdout') then 1 end) as sent_count,
        count(distinct case
            when members.outcome in ('sent', 'sent as holdout') then members.customer_key
        end) as sent_customer_count,
        count(case when members.outcome = 'sent as holdout' then 1 end) as sent_holdout_count,
        count(case when members.outcome = 'held out' then 1 end) as held_out_count,
        count(case when members.outcome = 'no identifier' then 1 end) as no_identifier_count,
        count(case when members.outcome = 'over limit' then 1 end) as over_limit_count,
        {{ covey.content_hash(
            "case when members.outcome in ('sent', 'sent as holdout') then members.audience_id || '|' "
            ~ "|| members.customer_key || '|' || members.outcome || '|' || members.attributes_hash end"
        ) }} as checksum
    from destinations
    left join members
        on destinations.destination_id = members.destination_id
    group by destinations.destination_id
),

basis_counts as (
    select
        destination_id,
        consent_basis,
        count(*) as sent_count
    from members
    where outcome in ('sent', 'sent as holdout')
    group by destination_id, consent_basis
),

bases as (
    select
        destination_id,
        '{' || {{ dbt.listagg(
            covey.json_string('consent_basis') ~ " || ':' || cast(sent_count as " ~ dbt.type_string() ~ ")",
            "','",
            'order by consent_basis',
        ) }} || '}' as consent_bases
    from basis_counts
    group by destination_id
),

-- What the rules of the tactics kept from the destination: candidates who are no members.
suppressed as (
    select
        destinations.destination_id,
        count(*) as suppressed_count
    from {{ ref('customer_tactics') }} as customer_tactics
    inner join destinations
        on
            customer_tactics.channel = destinations.channel
            and {{ covey.takes_audience(
                'destinations.audiences', 'customer_tactics.tactic_id', "'tactic'"
            ) }}
    where
        customer_tactics.is_suppressed
        and customer_tactics.suppression_reason <> 'holdout'
    group by destinations.destination_id
),

numbered as (
    select
        counted.*,
        cast(coalesce(
            last_exports.export_number
            + case when last_exports.checksum = counted.checksum then 0 else 1 end,
            1
        ) as {{ dbt.type_bigint() }}) as export_number
    from counted
    left join last_exports
        on counted.destination_id = last_exports.destination_id
),

present as (
    select
        numbered.destination_id || '-' || cast(numbered.export_number as {{ dbt.type_string() }})
        || '-' || substr(numbered.checksum, 1, 8) as export_id,
        numbered.destination_id,
        destinations.vendor,
        destinations.format,
        destinations.channel,
        destinations.purpose,
        segment_model.model_id,
        coalesce(bases.consent_bases, '{}') as consent_bases,
        numbered.checksum,
        numbered.export_number,
        {%- for column in covey.manifest_columns() if column.endswith('_count') %}
        {%- set relation = 'suppressed' if column == 'suppressed_count' else 'numbered' %}
        cast(coalesce({{ relation }}.{{ column }}, 0) as {{ dbt.type_bigint() }}) as {{ column }},
        {%- endfor %}
        as_of.as_of_date
    from numbered
    inner join destinations
        on numbered.destination_id = destinations.destination_id
    left join bases
        on numbered.destination_id = bases.destination_id
    left join suppressed
        on numbered.destination_id = suppressed.destination_id
    cross join segment_model
    cross join as_of
),

-- The same members with the same attributes are the same export, as of a later day.
manifests as (
    select * from present
    union all
    select previous.*
    from previous
    left join present
        on previous.export_id = present.export_id
    where present.export_id is null
),

final as (
    select
        manifests.*,
        present.export_id is not null as is_present,
        confirmations.export_id is not null as is_confirmed,
        confirmations.confirmed_at
    from manifests
    left join present
        on manifests.export_id = present.export_id
    left join confirmations
        on manifests.export_id = confirmations.export_id
)

select * from final
