-- One row per destination that takes lists, audience, customer and operation: what its lists are to
-- be told. A changed member is removed as it was sent and added as it is now.
with changes as (
    select
        destination_id,
        audience_id,
        customer_key,
        change_type
    from {{ ref('audience_changes') }}
),

added as (
    select
        members.destination_id,
        members.vendor,
        members.audience_id,
        members.customer_key,
        'add' as operation,
        coalesce(changes.change_type, 'none') as change_type,
        members.consent_basis,
        members.is_holdout,
        members.valid_until
    from {{ ref('int_export_members') }} as members
    left join changes
        on
            members.destination_id = changes.destination_id
            and members.audience_id = changes.audience_id
            and members.customer_key = changes.customer_key
    where
        members.outcome in ('sent', 'sent as holdout')
        and {{ covey.is_one_of('members.vendor', covey.vendors_that_take('lists')) }}
),

removed as (
    select
        changes.destination_id,
        destinations.vendor,
        changes.audience_id,
        changes.customer_key,
        'remove' as operation,
        changes.change_type,
        cast(null as {{ dbt.type_string() }}) as consent_basis,
        false as is_holdout,
        cast(null as {{ dbt.type_timestamp() }}) as valid_until
    from changes
    inner join {{ ref('int_destinations') }} as destinations
        on changes.destination_id = destinations.destination_id
    where
        changes.change_type in ('exit', 'update')
        and {{ covey.is_one_of('destinations.vendor', covey.vendors_that_take('lists')) }}
),

final as (
    select * from added
    union all
    select * from removed
)

select * from final
