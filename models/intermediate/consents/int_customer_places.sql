-- One row per customer: the places whose law may apply, as one text.
with known_places as (
    select place
    from {{ ref('jurisdictions') }}
    union all
    select jurisdiction as place
    from {{ covey.edited_table('consent_regimes') }}
),

named as (
    select
        customer_key,
        place
    from {{ ref('int_consent_changes') }}
    where place is not null
    union all
    select
        customer_key,
        country as place
    from {{ ref('int_customers_resolved') }}
    where country is not null
),

customers as (
    select customer_key
    from {{ ref('int_customers_resolved') }}
),

placed as (
    select distinct
        customers.customer_key,
        -- Unknown is a place of its own, under the strictest law.
        coalesce(known_places.place, '(unknown)') as place
    from customers
    left join named
        on customers.customer_key = named.customer_key
    left join known_places
        on named.place = known_places.place
),

final as (
    select
        customer_key,
        {{ dbt.listagg('place', "'|'", 'order by place') }} as places
    from placed
    group by customer_key
)

select * from final
