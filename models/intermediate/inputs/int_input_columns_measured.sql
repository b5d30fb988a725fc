-- One row per input and column of its contract: figures of all rows of the input.
{%- set shares = ['05', '25', '50', '75', '95'] %}
-- One row per input first, for one scan of it; then one per column. What a sample tells well enough
-- is told by it, for it takes cleaning and typing every value to know.
with
{%- for input in covey.profiled_inputs() %}
{%- set columns = covey.profiled_columns(input) %}
{{ input }}_spelled as (
    {{ covey.source_values(input) | indent }}
),

{{ input }}_spellings_counted as (
    select
        {%- for column in columns %}
        {{ covey.approx_count_distinct(column.name) }} as {{ column.name }}__distinct,
        {%- endfor %}
        count(*) as row_count
    from {{ input }}_spelled
),

{{ input }}_bounds as (
    select
        {%- for column in columns if column.is_ordered and not column.is_value_hidden %}
        cast(min({{ column.name }}) as varchar) as {{ column.name }}__min,
        cast(max({{ column.name }}) as varchar) as {{ column.name }}__max,
        {%- endfor %}
        count(*) as row_count
    from {{ ref('base_' ~ input) }}
),

{{ input }}_sample as (
    {{ covey.typed_input(input, is_sampled=true) | indent }}
),

{{ input }}_sampled as (
    select
        {%- for column in columns %}
        count({{ column.name }}) as {{ column.name }}__values,
        count(distinct {{ column.name }}) as {{ column.name }}__distinct,
        {%- if column.is_ordered and not column.is_value_hidden %}
        {%- for share in shares %}
        cast({{ covey.quantile_disc(column.name, '0.' ~ share) }} as varchar)
            as {{ column.name }}__p{{ share }},
        {%- endfor %}
        {%- endif %}
        {%- endfor %}
        count(*) as row_count
    from {{ input }}_sample
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
    {%- set columns = covey.profiled_columns(input) %}
    {%- set names = columns | map(attribute='name') | list %}
    {%- set ranges = columns | selectattr('is_ordered') | rejectattr('is_value_hidden')
        | map(attribute='name') | list %}
    select
        described.*,
        bounds.row_count,
        sampled.row_count as sampled_row_count,
        {{ covey.case_of_columns(names, 'sampled', '__values') }} as sampled_value_count,
        {{ covey.case_of_columns(names, 'sampled', '__distinct') }} as sampled_distinct_count,
        {{ covey.case_of_columns(names, 'spellings_counted', '__distinct') }} as spelling_count,
        {%- for share in shares %}
        {{ covey.case_of_columns(ranges, 'sampled', '__p' ~ share) }} as p{{ share }},
        {%- endfor %}
        {{ covey.case_of_columns(ranges, 'bounds', '__min') }} as min_value,
        {{ covey.case_of_columns(ranges, 'bounds', '__max') }} as max_value
    from described
    cross join {{ input }}_spellings_counted as spellings_counted
    cross join {{ input }}_bounds as bounds
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

counted as (
    select
        measured.*,
        coalesce(unparsable.unparsable_count, 0) as unparsable_count,
        {{ covey.share('measured.sampled_value_count', 'measured.sampled_row_count') }}
            as value_share
    from measured
    left join unparsable
        on
            measured.input = unparsable.input
            and measured.column_name = unparsable.column_name
),

estimated as (
    select
        *,
        -- The share of a sample of every row is exact. What does not parse is counted on every row.
        coalesce(least(round(row_count * value_share), row_count - unparsable_count), 0)
            as value_count
    from counted
),

final as (
    select
        input,
        column_name,
        data_type,
        min_value,
        max_value,
        {%- for share in shares %}
        p{{ share }},
        {%- endfor %}
        row_count,
        sampled_row_count,
        cast(value_count as {{ dbt.type_bigint() }}) as value_count,
        cast(unparsable_count as {{ dbt.type_bigint() }}) as unparsable_count,
        cast(
            case
                when sampled_row_count = row_count then sampled_distinct_count
                else least(greatest(sampled_distinct_count, spelling_count), value_count)
            end as {{ dbt.type_bigint() }}
        ) as distinct_count,
        is_value_hidden
    from estimated
)

select * from final
