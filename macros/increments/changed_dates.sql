{#- The days of changed_days as they are when the model is compiled, each with the day after it, to be
    written into its SQL: an engine then leaves the rows of other days out before it cleans and types
    anything, which it does not where days are joined. None in a first run, and where there are more than
    a month of them. -#}
{% macro changed_dates(inputs, input, date, settings=[], days='int_input_days') %}
    {%- if not (execute and is_incremental()) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        with {{ covey.changed_days(inputs, input, date, settings, days) }}
        select distinct cast(activity_date as {{ dbt.type_string() }}) as activity_date
        from changed_days
        where built_from is not null
        order by activity_date
    {%- endset -%}
    {%- set dates = [] -%}
    {%- for day in run_query(query).columns[0].values() -%}
        {%- set date = modules.datetime.datetime.strptime(day | string, '%Y-%m-%d') -%}
        {%- set next = date + modules.datetime.timedelta(days=1) -%}
        {%- do dates.append([date.strftime('%Y-%m-%d'), next.strftime('%Y-%m-%d')]) -%}
    {%- endfor -%}
    {{ return(dates if dates | length <= 31 else none) }}
{% endmacro %}
