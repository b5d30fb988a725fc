-- One row per input and column of its contract: figures of all rows of the input.
{%- set sample_rows = covey.profile_bounds().sample_rows %}
{%- set shares = ['05', '25', '50', '75', '95'] %}
-- One row per input first, for one scan of it; then one per column.
with
{%- for input in covey.profiled_inputs() %}
{{ input }}_counted as (
    select
        {%- for column in covey.profiled_columns(input) %}
        {%- set has_range = column.is_ordered and not column.is_value_hidden %}
        count({{ column.name }}) as {{ column.name }}__values,
        {{ covey.approx_count_distinct(column.name) }} as {{ column.name }}__distinct,
        {{ 'cast(min(' ~ column.name ~ ') as varchar)' if has_range else 'null' }}
            as {{ column.name }}__min,
        {{ 'cast(max(' ~ column.name ~ ') as varchar)' if has_range else 'null' }}
            as {{ column.name }}__max,
        {%- endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ input) }}
),

{{ input }}_sampled as (
    select
        {%- for column in covey.profiled_columns(input) %}
        {%- set has_range = column.is_ordered and not column.is_value_hidden %}
        count(distinct {{ column.name }}) as {{ column.name }}__distinct,
        {%- for share in shares %}
        {{ 'cast(' ~ covey.quantile_disc(column.name, '0.' ~ share) ~ ' as varchar)'
            if has_range else 'null' }} as {{ column.name }}__p{{ share }},
        {%- endfor %}
        {%- endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ input) }}
    where
        {{ covey.is_sampled(input) }}
),
{% endfor %}
described as (
    {%- for column in covey.profiled_columns() %}
    select
        '{{ column.input }}' as input,
        '{{ column.name }}' as column_name,
        '{{ column.data_type }}' as data_type,
        {{ column.is_value_hidden | lower }} as is_value_hidden
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

measured as (
    {%- for input in covey.profiled_inputs() %}
    {%- set columns = covey.profiled_columns(input) | map(attribute='name') | list %}
    select
        described.*,
        counted.row_count,
        sampled.row_count as sampled_row_count,
        {{ covey.case_of_columns(columns, 'counted', '__values') }} as value_count,
        {{ covey.case_of_columns(columns, 'counted', '__distinct') }} as estimated_distinct_count,
        {{ covey.case_of_columns(columns, 'counted', '__min') }} as min_value,
        {{ covey.case_of_columns(columns, 'counted', '__max') }} as max_value,
        {%- for share in shares %}
        {{ covey.case_of_columns(columns, 'sampled', '__p' ~ share) }} as p{{ share }},
        {%- endfor %}
        {{ covey.case_of_columns(columns, 'sampled', '__distinct') }} as sampled_distinct_count
    from described
    cross join {{ input }}_counted as counted
    cross join {{ input }}_sampled as sampled
    where described.input = '{{ input }}'
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
        measured.input,
        measured.column_name,
        measured.data_type,
        measured.min_value,
        measured.max_value,
        {%- for share in shares %}
        measured.p{{ share }},
        {%- endfor %}
        measured.row_count,
        measured.sampled_row_count,
        measured.value_count,
        cast(coalesce(unparsable.unparsable_count, 0) as {{ dbt.type_bigint() }})
            as unparsable_count,
        -- The sample of an input that is not larger than it is the input: its count is exact.
        case
            when measured.row_count <= {{ sample_rows }} then measured.sampled_distinct_count
            when measured.estimated_distinct_count > measured.value_count then measured.value_count
            else greatest(measured.sampled_distinct_count, measured.estimated_distinct_count)
        end as distinct_count,
        measured.is_value_hidden
    from measured
    left join unparsable
        on
            measured.input = unparsable.input
            and measured.column_name = unparsable.column_name
)

select * from final
