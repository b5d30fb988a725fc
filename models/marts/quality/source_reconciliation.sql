-- One row per input.
with counted as (
    {%- for input in covey.input_names() %}
    select
        '{{ input }}' as input,
        {{ covey.raw_row_count(input) }} as raw_rows,
        count(case when row_status = 'kept' then 1 end) as kept_rows,
        count(case when row_status = 'duplicate' then 1 end) as duplicate_rows,
        count(case when row_status = 'quarantined' then 1 end) as quarantined_rows,
        count(case when unparsable_columns <> '' then 1 end) as rows_with_unparsable_values
    from {{ ref('base_' ~ input) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        input,
        cast(raw_rows as {{ dbt.type_bigint() }}) as raw_rows,
        kept_rows,
        duplicate_rows,
        quarantined_rows,
        rows_with_unparsable_values
    from counted
)

select * from final
