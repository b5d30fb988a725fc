-- One row per customer key that is not used any more, with the key that it was merged into, over as
-- many merges as there were.
with recursive merged_keys as (
    select
        old_customer_key,
        customer_key,
        changed_date,
        row_number() over (
            partition by old_customer_key
            order by changed_date desc, identifier_count desc, customer_key asc
        ) as merge_rank
    from {{ ref('identity_changes') }}
    where change_type = 'merged'
),

living_keys as (
    select distinct customer_key
    from {{ ref('int_identities') }}
),

-- A key that was parted off again after its merge lives, and is nobody's alias.
last_merges as (
    select
        merged_keys.old_customer_key,
        merged_keys.customer_key,
        merged_keys.changed_date
    from merged_keys
    left join living_keys
        on merged_keys.old_customer_key = living_keys.customer_key
    where
        merged_keys.merge_rank = 1
        and living_keys.customer_key is null
),

-- A bound, not a limit: nobody is merged so often, and no log can make this run for ever.
followed as (
    select
        old_customer_key,
        customer_key,
        changed_date,
        1 as merge_count
    from last_merges
    union all
    select
        followed.old_customer_key,
        last_merges.customer_key,
        last_merges.changed_date,
        followed.merge_count + 1 as merge_count
    from followed
    inner join last_merges
        on followed.customer_key = last_merges.old_customer_key
    where followed.merge_count < 1000
),

final as (
    select
        followed.old_customer_key,
        followed.customer_key,
        cast(followed.merge_count as {{ dbt.type_bigint() }}) as merge_count,
        followed.changed_date as merged_date
    from followed
    inner join living_keys
        on followed.customer_key = living_keys.customer_key
)

select * from final
