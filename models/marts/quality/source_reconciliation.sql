-- One row per input and calendar month: what came in, what became of it, and where the money went.
with inputs as (
    {%- for input in covey.input_names() %}
    select '{{ input }}' as input
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

raw_tallied as (
    select
        input,
        period_start_date,
        sum(row_count) as raw_rows,
        {{ covey.exact_sum('amount') }} as raw_amount
    from {{ ref('int_input_tallies') }}
    group by input, period_start_date
),

{%- for input in covey.input_names() %}
{{ input }}_kept as (
    {{ covey.kept_rows(input) }}
),
{% endfor %}
verdicts as (
    {%- for input in covey.input_names() %}
    {%- set meta = covey.input_contract(input).meta %}
    {%- set month = covey.month_start(meta.dated_by) %}
    {%- set amount = covey.exact_sum(meta.amount) if meta.amount
        else 'cast(null as ' ~ covey.type_double() ~ ')' %}
    select
        '{{ input }}' as input,
        'kept' as verdict,
        {{ month }} as period_start_date,
        count(*) as row_count,
        {{ amount }} as amount
    from {{ input }}_kept
    group by {{ month }}
    union all
    select
        '{{ input }}' as input,
        case when reason = 'exact repeat' then 'exact repeat' else row_status end as verdict,
        {{ month }} as period_start_date,
        count(*) as row_count,
        {{ amount }} as amount
    from {{ ref('exceptions_' ~ input) }}
    where row_status <> 'kept'
    group by case when reason = 'exact repeat' then 'exact repeat' else row_status end, {{ month }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

verdicts_summed as (
    select
        input,
        period_start_date,
        sum(case when verdict = 'kept' then row_count end) as kept_rows,
        sum(case when verdict in ('exact repeat', 'duplicate') then row_count end)
            as duplicate_rows,
        sum(case when verdict = 'exact repeat' then row_count end) as exact_repeat_rows,
        sum(case when verdict = 'quarantined' then row_count end) as quarantined_rows,
        {{ covey.exact_sum("case when verdict = 'kept' then amount end") }} as kept_amount,
        {{ covey.exact_sum("case when verdict in ('exact repeat', 'duplicate') then amount end") }}
            as duplicate_amount,
        {{ covey.exact_sum("case when verdict = 'quarantined' then amount end") }}
            as quarantined_amount
    from verdicts
    group by input, period_start_date
),

sales as (
    select
        'orders' as input,
        {{ covey.month_start('ordered_at') }} as period_start_date,
        {{ covey.exact_sum('net_amount - refund_amount') }} as resolved_sales,
        {{ covey.exact_sum('case when is_cancelled then net_amount - refund_amount else 0 end') }}
            as cancelled_sales,
        {{ covey.exact_sum(
            'case when not is_cancelled and customer_key is null '
            ~ 'then net_amount - refund_amount else 0 end'
        ) }} as sales_without_customer,
        count(case when is_rate_missing then 1 end) as orders_without_rate
    from {{ ref('int_orders_resolved') }}
    group by {{ covey.month_start('ordered_at') }}
),

customer_sales as (
    select
        'orders' as input,
        {{ covey.month_start('orders.ordered_at') }} as period_start_date,
        {{ covey.exact_sum('orders.net_amount - orders.refund_amount') }} as customer_sales
    from {{ ref('int_orders_resolved') }} as orders
    inner join {{ ref('customers') }} as customers
        on orders.customer_key = customers.customer_key
    where not orders.is_cancelled
    group by {{ covey.month_start('orders.ordered_at') }}
),

final as (
    select
        inputs.input,
        cast(coalesce(raw_tallied.raw_rows, 0) as {{ dbt.type_bigint() }}) as raw_rows,
        {%- for column in [
            'kept_rows', 'duplicate_rows', 'exact_repeat_rows', 'quarantined_rows',
        ] %}
        cast(coalesce(verdicts_summed.{{ column }}, 0) as {{ dbt.type_bigint() }}) as {{ column }},
        {%- endfor %}
        raw_tallied.raw_amount,
        verdicts_summed.kept_amount,
        verdicts_summed.duplicate_amount,
        verdicts_summed.quarantined_amount,
        sales.resolved_sales,
        sales.cancelled_sales,
        sales.sales_without_customer,
        case when sales.input is not null then coalesce(customer_sales.customer_sales, 0) end
            as customer_sales,
        cast(sales.orders_without_rate as {{ dbt.type_bigint() }}) as orders_without_rate,
        raw_tallied.period_start_date
    from inputs
    left join raw_tallied
        on inputs.input = raw_tallied.input
    left join verdicts_summed
        on
            raw_tallied.input = verdicts_summed.input
            and {{ covey.is_same(
                'raw_tallied.period_start_date', 'verdicts_summed.period_start_date'
            ) }}
    left join sales
        on
            raw_tallied.input = sales.input
            and raw_tallied.period_start_date = sales.period_start_date
    left join customer_sales
        on
            raw_tallied.input = customer_sales.input
            and raw_tallied.period_start_date = customer_sales.period_start_date
)

select * from final
