-- One row per input, month, quarantine reason and set of findings: how many rows of the input.
with final as (
    {%- for input in covey.input_names() %}
    {%- set meta = covey.input_contract(input).meta %}
    select
        '{{ input }}' as input,
        quarantine_reason,
        findings,
        count(*) as row_count,
        {{ covey.exact_sum(meta.amount) if meta.amount
            else 'cast(null as ' ~ covey.type_double() ~ ')' }} as amount,
        {{ covey.month_start(meta.dated_by) }} as period_start_date
    from {{ ref('base_' ~ input) }}
    group by quarantine_reason, findings, {{ covey.month_start(meta.dated_by) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
