{#- Figures of the orders input: {orders, identified, buyers, repeat_buyers, first_day, last_day}. -#}
{% macro doctor_order_facts(orders) %}
    {%- set exp = orders.expressions -%}
    {%- set row = run_query('
        with orders as (
            select
                ' ~ exp.order_id ~ ' as order_id,
                coalesce(' ~ [exp.customer_id, exp.email, exp.loyalty_number, exp.anonymous_id]
                    | join(', ') ~ ') as buyer,
                ' ~ exp.ordered_at ~ ' as ordered_at
            from ' ~ orders.text ~ ' as input_rows
        ),
        buyers as (
            select buyer, count(distinct order_id) as order_count
            from orders
            where buyer is not null
            group by buyer
        ),
        people as (
            select count(*) as buyers, count(case when order_count > 1 then 1 end) as repeat_buyers from buyers
        ),
        totals as (
            select
                count(*) as orders,
                count(buyer) as identified,
                cast(cast(min(ordered_at) as date) as ' ~ dbt.type_string() ~ ') as first_day,
                cast(cast(max(ordered_at) as date) as ' ~ dbt.type_string() ~ ') as last_day
            from orders
        )
        select orders, identified, buyers, repeat_buyers, first_day, last_day from totals cross join people
    ').rows[0] -%}
    {{ return({
        'orders': row[0] | int, 'identified': row[1] | int, 'buyers': row[2] | int,
        'repeat_buyers': row[3] | int, 'first_day': row[4] | string if row[4] else none,
        'last_day': row[5] | string if row[5] else none
    }) }}
{% endmacro %}
