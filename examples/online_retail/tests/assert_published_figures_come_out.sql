-- The figures published for the cleaned file, with and without repeated lines, to the penny.
-- covey's staging is not public, so ref() refuses it: its tables are read by name.
-- depends_on: {{ ref('customers') }}
with expected as (
    select
        'invoices, every line' as figure,
        397884 as line_count,
        4338 as customer_count,
        18532 as invoice_count,
        8911407.90 as amount
    union all
    select
        'invoices, no line twice' as figure,
        392692 as line_count,
        4338 as customer_count,
        18532 as invoice_count,
        8887208.89 as amount
    union all
    select
        'credit notes, every line' as figure,
        8905 as line_count,
        1589 as customer_count,
        3654 as invoice_count,
        -611342.09 as amount
    union all
    select
        'customers' as figure,
        null as line_count,
        4338 as customer_count,
        18532 as invoice_count,
        8887208.89 as amount
),

-- Tenths of a penny are kept: four articles have a price of 0.001.
lines as (
    select
        order_id,
        customer_id,
        status = 'cancelled' as is_credit_note,
        cast(net_amount as decimal(18, 3)) as net_amount
    from covey_personal.base_orders
    where quarantine_reason is null
),

repeats as (
    select
        count(*) as line_count,
        sum(cast(net_amount as decimal(18, 3))) as net_amount
    from covey_personal.exceptions_orders
    where
        row_status = 'duplicate'
        and net_amount > 0
),

found as (
    select
        'invoices, every line' as figure,
        count(*) as line_count,
        count(distinct customer_id) as customer_count,
        count(distinct order_id) as invoice_count,
        cast(sum(net_amount) as decimal(18, 2)) as amount
    from lines
    where net_amount > 0
    union all
    select
        'invoices, no line twice' as figure,
        count(*) - min(repeats.line_count) as line_count,
        count(distinct lines.customer_id) as customer_count,
        count(distinct lines.order_id) as invoice_count,
        cast(sum(lines.net_amount) - min(repeats.net_amount) as decimal(18, 2)) as amount
    from lines
    cross join repeats
    where lines.net_amount > 0
    union all
    select
        'credit notes, every line' as figure,
        count(*) as line_count,
        count(distinct customer_id) as customer_count,
        count(distinct order_id) as invoice_count,
        cast(sum(net_amount) as decimal(18, 2)) as amount
    from lines
    where is_credit_note
    union all
    select
        'customers' as figure,
        null as line_count,
        count(*) as customer_count,
        sum(order_count) as invoice_count,
        cast(sum(cast(lifetime_value as decimal(18, 3))) as decimal(18, 2)) as amount
    from {{ ref('customers') }}
    where order_count > 0
),

final as (
    select
        expected.figure,
        expected.line_count as expected_line_count,
        found.line_count,
        expected.customer_count as expected_customer_count,
        found.customer_count,
        expected.invoice_count as expected_invoice_count,
        found.invoice_count,
        expected.amount as expected_amount,
        found.amount
    from expected
    left join found
        on expected.figure = found.figure
)

select *
from final
where
    line_count is distinct from expected_line_count
    or customer_count is distinct from expected_customer_count
    or invoice_count is distinct from expected_invoice_count
    or amount is distinct from expected_amount
