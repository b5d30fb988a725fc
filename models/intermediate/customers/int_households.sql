-- One row per customer, with the key of their household by covey_household_by.
with customers as (
    select
        customer_key,
        {{ covey.household_text() }} as household_text
    from {{ ref('int_customers_resolved') }}
),

counted as (
    select
        customer_key,
        household_text,
        count(*) over (partition by household_text) as customer_count
    from customers
),

final as (
    select
        customer_key,
        -- More customers than a household has live in a block of flats or work in an office.
        case
            when customer_count <= {{ covey.setting('covey_household_max_customers') }}
                then {{ covey.person_key('household_text') }}
        end as household_key
    from counted
)

select * from final
