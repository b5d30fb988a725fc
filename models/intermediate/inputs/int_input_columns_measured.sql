-- One row per input and column of its contract: figures of all rows of the input.
{%- set sample_rows = covey.profile_bounds().sample_rows %}
{%- set shares = ['05', '25', '50', '75', '95'] %}
with
{%- for input in covey.profiled_inputs() %}
{{ input }}_sampled as (
    select {{ covey.profiled_columns(input) | map(attribute='name') | join(', ') or '1' }}
    from {{ ref('base_' ~ input) }}
    where
        {{ covey.is_sampled(input) }}
),
{% endfor %}
{%- for input in covey.profiled_inputs() %}
{{ input }}_counted as (
    select
        {%- for column in covey.profiled_columns(input) %}
        count({{ column.name }}) as {{ column.name }}__values,
        {{ covey.approx_count_distinct(column.name) }} as {{ column.name }}__distinct,
        {%- if column.is_ordered and not column.is_value_hidden %}
        cast(min({{ column.name }}) as varchar) as {{ column.name }}__min,
        cast(max({{ column.name }}) as varchar) as {{ column.name }}__max,
        {%- endif %}
        {%- endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ input) }}
),
{% endfor %}
counted as (
    {%- for column in covey.profiled_columns() %}
    select
        '{{ column.input }}' as input,
        '{{ column.name }}' as column_name,
        '{{ column.data_type }}' as data_type,
        {%- if column.is_ordered and not column.is_value_hidden %}
        {{ column.name }}__min as min_value,
        {{ column.name }}__max as max_value,
        {%- else %}
        cast(null as varchar) as min_value,
        cast(null as varchar) as max_value,
        {%- endif %}
        row_count,
        {{ column.name }}__values as value_count,
        {{ column.name }}__distinct as estimated_distinct_count,
        {{ column.is_value_hidden | lower }} as is_value_hidden
    from {{ column.input }}_counted
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

sampled as (
    {%- for column in covey.profiled_columns() %}
    select
        '{{ column.input }}' as input,
        '{{ column.name }}' as column_name,
        {%- for share in shares %}
        {%- if column.is_ordered and not column.is_value_hidden %}
        cast({{ covey.quantile_disc(column.name, '0.' ~ share) }} as varchar) as p{{ share }},
        {%- else %}
        cast(null as varchar) as p{{ share }},
        {%- endif %}
        {%- endfor %}
        count(*) as sampled_row_count,
        count(distinct {{ column.name }}) as sampled_distinct_count
    from {{ column.input }}_sampled
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

unparsable as (
    select
        input,
        column_name,
        sum(row_count) as unparsable_count
    from {{ ref('int_input_findings') }}
    where finding = 'does not parse'
    group by input, column_name
),

final as (
    select
        counted.input,
        counted.column_name,
        counted.data_type,
        counted.min_value,
        counted.max_value,
        {%- for share in shares %}
        sampled.p{{ share }},
        {%- endfor %}
        counted.row_count,
        sampled.sampled_row_count,
        counted.value_count,
        cast(coalesce(unparsable.unparsable_count, 0) as {{ dbt.type_bigint() }}) as unparsable_count,
        -- The sample of an input that is not larger than it is the input: its count is exact.
        case
            when counted.row_count <= {{ sample_rows }} then sampled.sampled_distinct_count
            when counted.estimated_distinct_count > counted.value_count then counted.value_count
            else greatest(sampled.sampled_distinct_count, counted.estimated_distinct_count)
        end as distinct_count,
        counted.is_value_hidden
    from counted
    inner join sampled
        on
            counted.input = sampled.input
            and counted.column_name = sampled.column_name
    left join unparsable
        on
            counted.input = unparsable.input
            and counted.column_name = unparsable.column_name
)

select * from final
